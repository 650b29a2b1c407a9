"""Names of WordprocessingML and of what stands inside it, as lxml spells them."""

from __future__ import annotations

from typing import Final

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_M: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MC: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_V: Final = "urn:schemas-microsoft-com:vml"
_O: Final = "urn:schemas-microsoft-com:office:office"

STRICT: Final = (
    # the parts of ISO strict files say the same under other names; longest first
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", _M.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _R.encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", _WP.encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", _A.encode()),
)


def w(name: str) -> str:
    """The full name of an element or attribute of WordprocessingML."""
    return f"{{{_W}}}{name}"


VAL: Final = w("val")
BODY, P, R, T, TBL, TR, TC = map(w, ("body", "p", "r", "t", "tbl", "tr", "tc"))
PPR, RPR, TRPR, TCPR = map(w, ("pPr", "rPr", "trPr", "tcPr"))
BR, CR, TAB, PTAB, SYM, NO_BREAK_HYPHEN = map(w, ("br", "cr", "tab", "ptab", "sym", "noBreakHyphen"))
NUM_PR, NUM_ID, ILVL, P_STYLE, R_STYLE = map(w, ("numPr", "numId", "ilvl", "pStyle", "rStyle"))
VANISH, STRIKE, DOUBLE_STRIKE, VERT_ALIGN = map(w, ("vanish", "strike", "dstrike", "vertAlign"))
POSITION = w("position")
DELETED, MOVED_AWAY, CELL_DELETED, RUBY_TEXT = map(w, ("del", "moveFrom", "cellDel", "rt"))
HIDDEN, FONTS = map(w, ("hidden", "rFonts"))
DRAWING, PICT, OBJECT, ALT_CHUNK = map(w, ("drawing", "pict", "object", "altChunk"))
BOX, NOTE_REFERENCES = w("txbxContent"), (w("footnoteReference"), w("endnoteReference"))
GRID_SPAN, V_MERGE, H_MERGE, GRID_BEFORE = map(w, ("gridSpan", "vMerge", "hMerge", "gridBefore"))

MATH_TEXT: Final = f"{{{_M}}}t"
ALTERNATE, CHOICE, FALLBACK = (f"{{{_MC}}}{name}" for name in ("AlternateContent", "Choice", "Fallback"))
RELATION_ID, RELATION_EMBED, RELATION_LINK = (f"{{{_R}}}{name}" for name in ("id", "embed", "link"))
BLIP, GRAPHIC_DATA = (f"{{{_A}}}{name}" for name in ("blip", "graphicData"))
EXTENT, PICTURE_PROPERTIES = (f"{{{_WP}}}{name}" for name in ("extent", "docPr"))
IMAGE_DATA: Final = f"{{{_V}}}imagedata"
OLE_OBJECT: Final = f"{{{_O}}}OLEObject"
