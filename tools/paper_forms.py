"""The Word forms that ship (gezhi/documents/shipped/*.docx), made from what is written here; `--check` says which grew old.

Laid out after GB/T 9704-2012: A4, 37 mm above and 28 mm left of a text of 156 by 225 mm, title in 22 pt, text in 16 pt
FangSong, 22 lines a page. No red head, no seal: those are the office's own. What a paper of petitions must say is in
信访工作条例 (2022): acceptance in 15 days 22, 23; opinion with request, facts, opinion, basis 32; 60 days and at most 30
more with the reason 34; review within 30 days 35.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent.parent / "gezhi" / "documents" / "shipped"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
FANG, SONG, HEI = "仿宋_GB2312", "方正小标宋简体", "黑体"
Line = tuple[str, str]  # what kind of line, and its words

HEAD: list[Line] = [("office", "{{发文单位}}")]
SIGNED: list[Line] = [("gap", ""), ("sign", "{{发文单位}}"), ("sign", "{{发文日期}}")]
FORMS: dict[str, list[Line]] = {
    "acceptance": [
        *HEAD, ("title", "受理告知书"), ("number", "{{文号}}"),
        ("to", "＿＿＿＿＿＿＿＿："),
        ("text", "你（单位）于{{反映日期}}反映的“{{反映事项}}”（编号 {{编号}}），经审查属于受理范围，已于{{受理日期}}受理，由{{承办单位}}办理，办理期限到{{办理期限}}止。"),
        ("text", "情况复杂、确需延长办理期限的，将书面告知延期理由，延长不超过30日。"),
        ("text", "查询办理进展，请持编号联系：{{联系方式}}。"),
        ("last", "依据：《信访工作条例》第二十二条、第二十三条、第三十四条。"),
        *SIGNED,
    ],
    "refusal": [
        *HEAD, ("title", "不予受理告知书"), ("number", "{{文号}}"),
        ("to", "＿＿＿＿＿＿＿＿："),
        ("text", "你（单位）于{{反映日期}}反映的“{{反映事项}}”（编号 {{编号}}），经审查，决定不予受理。"),
        ("head", "一、不予受理的理由"), ("text", "{{理由}}"),
        ("head", "二、应当向哪里提出"), ("text", "{{去向}}"),
        ("text", "对本告知有疑问，请联系：{{联系方式}}。"),
        ("last", "依据：《信访工作条例》第二十二条、第二十三条。"),
        *SIGNED,
    ],
    "answer": [
        *HEAD, ("title", "答复意见书"), ("number", "{{文号}}"),
        ("to", "＿＿＿＿＿＿＿＿："),
        ("text", "你（单位）于{{反映日期}}反映的“{{反映事项}}”（编号 {{编号}}），由{{承办单位}}办理，现答复如下。"),
        ("head", "一、请求"), ("text", "{{请求}}"),
        ("head", "二、查明的事实和理由"), ("text", "{{事实}}"),
        ("head", "三、处理意见"), ("text", "{{意见}}"),
        ("head", "四、依据"), ("text", "{{依据}}"),
        ("text", "不服本处理意见的，可以自收到本答复之日起30日内向{{复查机关}}请求复查；该机关自收到复查请求之日起30日内提出复查意见。"),
        ("last", "本意见书依据《信访工作条例》第三十二条、第三十四条、第三十五条作出。"),
        *SIGNED,
    ],
    "extension": [
        *HEAD, ("title", "延期告知书"), ("number", "{{文号}}"),
        ("to", "＿＿＿＿＿＿＿＿："),
        ("text", "你（单位）于{{反映日期}}反映的“{{反映事项}}”（编号 {{编号}}），由{{承办单位}}办理。因情况复杂，在原期限内不能办结，经本机关负责人批准，办理期限延长到{{延至}}。"),
        ("head", "延期的理由"), ("text", "{{理由}}"),
        ("text", "查询办理进展，请持编号联系：{{联系方式}}。"),
        ("last", "依据：《信访工作条例》第三十四条。延长的期限不超过30日。"),
        *SIGNED,
    ],
    "transfer": [
        *HEAD, ("title", "转办单"), ("number", "{{文号}}"),
        ("to", "{{转往单位}}："),
        ("text", "现将以下事项转你单位办理。属于你单位职权范围的，请自收到之日起15日内书面告知反映人；不属于的，请自收到之日起5个工作日内提出异议并说明理由，经同意后退回。"),
        ("fact", "编号|{{编号}}"), ("fact", "事项|{{事项}}"), ("fact", "反映日期|{{反映日期}}"),
        ("fact", "地点|{{网格}} {{地点或空}}"), ("fact", "反映的内容|{{反映内容}}"), ("fact", "转办意见|{{转办意见}}"),
        ("fact", "请于何时回告|{{回告日期}}"), ("fact", "联系方式|{{联系方式}}"), ("endfacts", ""),
        ("last", "反映人的姓名、联系方式不随本单转出；不得将反映的材料和情况透露、转给被反映的人或者单位（《信访工作条例》第二十三条、第三十条）。"),
        *SIGNED,
    ],
    "dossier": [
        *HEAD, ("title", "案卷"), ("number", "{{文号}}"),
        ("fact", "编号|{{编号}}"), ("fact", "事项|{{事项}}"), ("fact", "反映日期|{{反映日期}}"),
        ("fact", "报告方式|{{报告方式}}"), ("fact", "所在单元|{{网格}}"), ("fact", "地点|{{地点或空}}"),
        ("fact", "承办单位|{{承办单位}}"), ("fact", "办到哪一步|{{现在一步}}"), ("endfacts", ""),
        ("head", "一、反映的内容"), ("text", "{{反映内容}}"),
        ("head", "二、经过"), ("inset", "{{经过}}"),
        ("head", "三、期限"), ("inset", "{{期限表}}"),
        ("head", "四、出具的文书"), ("inset", "{{文书表}}"),
        ("head", "五、位置图"), ("inset", "{{位置图}}"),
        ("head", "六、照片"), ("inset", "{{照片}}"),
        ("last", "照片为公开用的小图；封存的原件、反映人的身份不入案卷。"),
        *SIGNED,
    ],
}  # fmt: skip
_LOOKS = {
    "office": (
        22,
        SONG,
        'w:jc w:val="center"',
        '<w:spacing w:before="0" w:after="160" w:line="640" w:lineRule="exact"/>',
    ),
    "title": (
        22,
        SONG,
        'w:jc w:val="center"',
        '<w:spacing w:before="80" w:after="0" w:line="700" w:lineRule="exact"/>',
    ),
    "number": (14, FANG, 'w:jc w:val="center"', '<w:spacing w:line="560" w:lineRule="exact"/>'),
    "to": (16, FANG, 'w:jc w:val="left"', '<w:spacing w:before="240" w:line="560" w:lineRule="exact"/>'),
    "last": (16, FANG, 'w:jc w:val="both"', '<w:spacing w:line="560" w:lineRule="exact"/>'),
    "text": (16, FANG, 'w:jc w:val="both"', '<w:spacing w:line="560" w:lineRule="exact"/>'),
    "head": (16, HEI, 'w:jc w:val="left"', '<w:spacing w:line="560" w:lineRule="exact"/>'),
    "inset": (10.5, FANG, 'w:jc w:val="left"', '<w:spacing w:line="320" w:lineRule="atLeast"/>'),
    "gap": (16, FANG, 'w:jc w:val="left"', '<w:spacing w:line="400" w:lineRule="exact"/>'),
    "sign": (16, FANG, 'w:jc w:val="right"', '<w:spacing w:line="560" w:lineRule="exact"/>'),
    "cell": (14, FANG, 'w:jc w:val="left"', '<w:spacing w:line="440" w:lineRule="exact"/>'),
    "label": (14, HEI, 'w:jc w:val="left"', '<w:spacing w:line="440" w:lineRule="exact"/>'),
}
_RULE = '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="6" w:color="0E4F5C"/></w:pBdr>'


def paragraph(kind: str, words: str) -> str:
    """One line as Word holds it."""
    size, face, align, spacing = _LOOKS[kind]
    # the last words go with the signature: a page with nothing but a name and a date is no page of a paper
    indent = {
        "last": '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
        "text": '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
        "head": '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
        "sign": '<w:ind w:right="640"/>',
    }.get(kind, "")
    together = "<w:keepNext/>" if kind in {"head", "sign", "last", "gap"} else ""
    rule = _RULE if kind == "office" else ""
    looks = (
        f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}"/><w:sz w:val="{int(size * 2)}"/>'
    )
    run = f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""
    return f"<w:p><w:pPr>{together}{rule}{spacing}{indent}<{align}/></w:pPr>{run}</w:p>"


def table(rows: list[tuple[str, str]]) -> str:
    """What it is called, and what it is."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    lines = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="2200" w:type="dxa"/></w:tcPr>{paragraph("label", name)}</w:tc>'
        f'<w:tc><w:tcPr><w:tcW w:w="6644" w:type="dxa"/></w:tcPr>{paragraph("cell", said)}</w:tc></w:tr>'
        for name, said in rows
    )
    frame = f'<w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
    return (
        f'<w:tbl>{frame}<w:tblGrid><w:gridCol w:w="2200"/><w:gridCol w:w="6644"/></w:tblGrid>{lines}</w:tbl>'
    )


def body(form: list[Line]) -> str:
    """All lines; facts that follow one another are one table."""
    made, facts = "", list[tuple[str, str]]()
    for kind, words in form:
        if kind == "fact":
            name, _bar, said = words.partition("|")
            facts.append((name, said))
            continue
        if facts:
            made, facts = made + table(facts), []
        made += paragraph("gap", "") if kind == "endfacts" else paragraph(kind, words)
    return made


def docx(form: list[Line]) -> bytes:
    """The whole file, always the same bytes."""
    edge = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1134" w:gutter="0"/>'
    section = f'<w:sectPr><w:footerReference w:type="default" r:id="rId2"/>{edge}</w:sectPr>'
    field = "".join(
        f"<w:r>{_SMALL}{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:instrText> PAGE </w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    foot = f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r>{_SMALL}<w:t xml:space="preserve">— </w:t></w:r>{field}<w:r>{_SMALL}<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="{main}.footer+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{kinds}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{kinds}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{kinds}/footer" Target="footer1.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FANG}" w:hAnsi="{FANG}" w:eastAsia="{FANG}"/><w:sz w:val="32"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>',
        "word/footer1.xml": f"<w:ftr {W}>{foot}</w:ftr>",
        "word/document.xml": f"<w:document {W} {R}><w:body>{body(form)}{section}</w:body></w:document>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, said in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            packed.writestr(
                info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{said}', zipfile.ZIP_STORED
            )
    return target.getvalue()


_SMALL = '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>'


def main() -> int:
    """Write the forms, or say which are not what stands here."""
    old = [
        kind
        for kind, form in FORMS.items()
        if not (FOLDER / f"{kind}.docx").is_file() or (FOLDER / f"{kind}.docx").read_bytes() != docx(form)
    ]
    if "--check" in sys.argv:
        for kind in old:
            print(f"gezhi/documents/shipped/{kind}.docx is old; run tools/paper_forms.py")
        return bool(old)
    FOLDER.mkdir(exist_ok=True)
    for kind in old:
        (FOLDER / f"{kind}.docx").write_bytes(docx(FORMS[kind]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
