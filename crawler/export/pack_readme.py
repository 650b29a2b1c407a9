"""The README of an evidence pack, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.export.plain import plain

_TEXT = """\
{organ} {year}年度政府信息公开工作年度报告：证据包

内容
  originals/      所存原件，逐字节未改。网页另加 .txt，以免打开时运行其中的脚本
  manifest.json   网址、首次与最近取得时间、记录在案的响应头、哈希、版本；未见报告的历次访问
  text.html       程序读出的文字和数字，问题所在已标出
  findings.json   全部问题（含已改、已豁免的，见 status）
  rules/          所涉规则的说明
  SHA256SUMS      以上各文件的 SHA-256

核验
  在本文件夹内执行：sha256sum -c SHA256SUMS
  macOS：shasum -a 256 -c SHA256SUMS
  每行显示 OK，即文件与打包时一致。问题的 archived 等于原件的 sha256；原件为压缩包的，也可能等于其中
  某个文件的 sha256（见 manifest.json 的 members）。
  哈希证明内容未变，不证明取得时间；时间以 manifest.json 所记为准。
  没有列出的问题不表示报告合格，也不是认可。
{problems_zh}

--------------------------------------------------------------------------------

{organ} {year}: evidence pack of an annual report on government-information disclosure

What is in it
  originals/      the bytes as they were fetched. Web pages end in .txt, so that opening them runs no script
  manifest.json   addresses, first and latest fetch, the headers on record, hashes, versions; the visits that
                  did not show a missing report
  text.html       text and figures as the program read them, places of findings marked
  findings.json   all findings (fixed and waived ones too, see status)
  rules/          the cards of the rules concerned
  SHA256SUMS      SHA-256 of every file above

How to verify
  In this folder: sha256sum -c SHA256SUMS
  macOS: shasum -a 256 -c SHA256SUMS
  Every line that says OK is a file as it was packed. The "archived" of a finding is the sha256 of an
  original, or of a file inside one that is an archive (see "members" in manifest.json).
  A hash proves content, not time; when something was fetched is what manifest.json says.
  What is not listed is not thereby in order, and nothing here is an approval.
{problems_en}
"""


def readme(organ: str, year: int, problems: Sequence[Mapping[str, Any]]) -> str:
    """The text; `problems` are the originals that are not in the pack, as the manifest has them."""
    named = [f"  {one['sha256']}  {plain(one['url'], 300)}: {one['problem']}" for one in problems]
    return _TEXT.format(
        organ=plain(organ, 200),
        year=year,
        problems_zh="\n".join(("\n注意：下列原件不在包内", *named)) if named else "",
        problems_en="\n".join(("\nPlease note: these originals are not in the pack", *named))
        if named
        else "",
    )
