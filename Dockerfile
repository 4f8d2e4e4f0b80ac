# The service of compose.yaml. Like `make setup`: the locked dependencies by their hashes, then the archive itself.
FROM python:3.11.14-slim-bookworm

# what `league doctor` looks for: old .doc files, and rar and 7z archives
RUN apt-get update \
 && apt-get install --yes --no-install-recommends antiword catdoc libarchive13 \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/league
COPY requirements.lock requirements-build.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.lock \
 && python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY archive_api archive_api
COPY crawler crawler
COPY spiders spiders
COPY scheduler scheduler
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation .

RUN useradd --uid 10001 --create-home league && install --directory --owner league /data
USER league
WORKDIR /data
ENV LEAGUE_HOME=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["league"]
CMD ["serve", "--host", "0.0.0.0"]
