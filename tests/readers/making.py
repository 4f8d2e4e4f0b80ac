"""Files of many kinds, made by hand, with invented texts."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from html import escape

import docx
import libarchive

TITLE = "2023年云汀县共青团工作总结"
SENTENCE = "一年来，团县委紧扣中心大局，扎实推进青年志愿服务、创业就业和权益维护工作。"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFD = "http://www.ofdspec.org/2016"


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def gbk_zipped(name: str, body: bytes, flags: int = 0) -> bytes:
    """A zip as Chinese Windows writes it: the name in GBK, and no word of it; `flags` of the entry (1: encrypted)."""
    raw, crc = name.encode("gbk"), zlib.crc32(body)
    sizes = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, crc, len(body), len(body), len(raw), 0)
    local = b"PK\x03\x04" + sizes + raw + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + sizes + struct.pack("<HHHII", 0, 0, 0, 0, 0) + raw
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def rar4(name: str, body: bytes) -> bytes:
    """A RAR 4 archive of one file, stored."""

    def block(kind: int, flags: int, head: bytes, tail: bytes = b"") -> bytes:
        rest = struct.pack("<BHH", kind, flags, 7 + len(head)) + head
        return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest + tail

    raw = name.encode()
    head = struct.pack("<IIBIIBBHI", len(body), len(body), 2, zlib.crc32(body), 0x5A214000, 20, 0x30, len(raw), 0x20)
    files = block(0x73, 0, bytes(6)) + block(0x74, 0x8000, head + raw, body) + block(0x7B, 0x4000, b"")
    return b"Rar!\x1a\x07\x00" + files


def seven_zip(files: dict[str, bytes]) -> bytes:
    out = bytearray()

    def write(data: bytes) -> int:
        out.extend(data)
        return len(data)

    with libarchive.custom_writer(write, "7zip") as archive:
        for name, body in files.items():
            archive.add_file_from_memory(name, len(body), body)
    return bytes(out)


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx(sheets: dict[str, str]) -> bytes:
    """A workbook of sheets, each given by the XML of its rows."""
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="r{n}" Target="worksheets/s{n}.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        for n in range(1, len(sheets) + 1)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r0" Target="xl/workbook.xml" '
        f'Type="{office}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{office}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
    }
    for n, rows in enumerate(sheets.values(), 1):
        files[f"xl/worksheets/s{n}.xml"] = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped(files)


def row(number: int, *cells: str | float) -> str:
    def cell(place: str, value: str | float) -> str:
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    return f'<row r="{number}">' + "".join(cell(f"{'ABCDE'[n]}{number}", one) for n, one in enumerate(cells)) + "</row>"


def ofd(pages: list[str], head: str = "") -> bytes:
    """An OFD whose pages' contents are given as XML, each part of the package with `head` before its root."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    spaces = f'xmlns:ofd="{OFD}"'
    files: dict[str, bytes | str] = {
        "OFD.xml": f"<ofd:OFD {spaces}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {spaces}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for n, content in enumerate(pages):
        layer = f"<ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content>"
        files[f"Doc_0/Pages/Page_{n}/Content.xml"] = f"{head}<ofd:Page {spaces}>{layer}</ofd:Page>"
    return zipped(files)


def ofd_line(text: str, left: float, top: float) -> str:
    box = f"{left} {top} {5 * len(text)} 5"
    return f'<ofd:TextObject Boundary="{box}"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'


def rtf(body: str) -> bytes:
    """An RTF in code page 936, characters written as bytes of GBK."""
    shown = "".join(one if one.isascii() else "".join(f"\\'{byte:02x}" for byte in one.encode("gbk")) for one in body)
    return rf"{{\rtf1\ansi\ansicpg936{{\fonttbl{{\f0\fcharset134 FangSong;}}}}\f0 {shown}}}".encode()
