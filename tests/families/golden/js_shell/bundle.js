var types=[{type:"1101",name:"tzgg"},{type:"1102",name:"gzdt"}];function list(t,p){return axios.get("/api/news/list?type=".concat(t,"&pageNo=").concat(p,"&pageSize=20"))}
