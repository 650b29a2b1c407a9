"""Two texts compared: exactly, by their signatures, and as they print what they share."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.likeness import Passage, estimate, passages, signature, similarity
from crawler.likeness.passages import SHORTEST as SHORTEST_PASSAGE
from crawler.likeness.signatures import SHORTEST, SIZE, VERSION

CHARACTERS = [chr(0x4E00 + n) for n in range(900)]


def prose(seed: int, length: int) -> str:
    return "".join(Random(seed).choices(CHARACTERS, k=length))


class TestSimilarity:
    def test_by_hand(self) -> None:
        # 甲乙丙, 乙丙丁 against 乙丙丁, 丙丁戊: one of three.
        assert similarity("甲乙丙丁", "乙丙丁戊") == pytest.approx(1 / 3)
        assert similarity("甲乙丙", "甲乙丙") == 1.0
        assert similarity("甲乙丙", "丁戊己") == 0.0

    def test_too_short_for_a_shingle(self) -> None:
        assert similarity("", "") == similarity("甲乙", "甲乙") == 0.0

    def test_a_text_with_as_much_again_added_is_no_copy(self) -> None:
        text = prose(1, 400)
        assert 0.45 < similarity(text, text + prose(2, 400)) < 0.55

    def test_a_tenth_rewritten_is_below_the_threshold_and_a_thirtieth_is_not(self) -> None:
        text = prose(1, 900)
        assert similarity(text, text[:810] + prose(2, 90)) == pytest.approx(810 / 990, abs=0.01)
        assert similarity(text, text[:870] + prose(2, 30)) == pytest.approx(870 / 930, abs=0.01)

    @given(st.text("甲乙丙丁", max_size=60), st.text("甲乙丙丁", max_size=60))
    def test_symmetric_and_bounded(self, one: str, other: str) -> None:
        assert similarity(one, other) == similarity(other, one)
        assert 0 <= similarity(one, other) <= 1


class TestSignature:
    def test_none_for_little_prose(self) -> None:
        assert signature(prose(1, SHORTEST - 1)) is None
        assert signature(prose(1, SHORTEST)) is not None

    def test_the_same_on_every_machine(self) -> None:
        """Stored signatures must stay comparable: whoever changes the hash raises the version."""
        signed = signature("".join(map(chr, range(0x4E00, 0x4E00 + 400))))
        assert signed is not None
        assert len(signed) == SIZE == 257
        assert signed[0] == VERSION == 1
        assert signed[:12].hex() == "01ac347619ff1efffff42fdd"

    @pytest.mark.parametrize("length", [320, 700, 3000])
    @pytest.mark.parametrize("kept", [1.0, 0.97, 0.9, 0.5, 0.0])
    def test_estimates_the_similarity(self, length: int, kept: float) -> None:
        one = prose(1, length)
        other = one[: int(kept * length)] + prose(2, length - int(kept * length))
        signed, others = signature(one), signature(other)
        assert signed is not None
        assert others is not None
        assert estimate(signed, others) == pytest.approx(similarity(one, other), abs=0.13)

    def test_one_of_another_version_is_refused(self) -> None:
        signed = signature(prose(1, 400))
        assert signed is not None
        for other in (b"", b"\x02" + signed[1:], signed + b"\x00"):
            with pytest.raises(ValueError, match="version"):
                estimate(signed, other)

    @pytest.mark.parametrize("text", ["一" * 400, "\ud800" * 400, "𠀀" * 400, "甲乙" * 200])
    def test_any_text_is_borne(self, text: str) -> None:
        signed = signature(text)
        assert signed is not None
        assert estimate(signed, signed) == 1.0


class TestPassages:
    SHARED = "检索框移到首屏，附件可以直接在手机上打开，栏目由专人维护"

    def test_as_each_prints_them(self) -> None:
        here = f"我局信息公开。2023年{self.SHARED}，发布信息120条。"
        there = f"本镇认真学习。全年{self.SHARED.replace('，', '、')}；举办讲座。"
        assert passages(here, there) == (Passage(self.SHARED, self.SHARED.replace("，", "、")),)

    def test_names_and_numbers_do_not_interrupt_one(self) -> None:
        here = "在云溪县门户网站首页设置检索框，全年推送提醒120条，栏目由水务专干维护。"
        there = "在青杉县门户网站首页设置检索框，全年推送提醒35条，栏目由民政专干维护。"
        found = passages(here, there, names=("云溪县水务局", "青杉县民政局"))
        assert found == (Passage(here[:-1], there[:-1]),)

    def test_longest_first_and_no_more_than_asked(self) -> None:
        parts = [prose(seed, 20 + 5 * seed) for seed in range(8)]
        here = "。".join(parts)
        there = "。".join(f"{part}{prose(100 + n, 30)}" for n, part in enumerate(reversed(parts)))
        found = passages(here, there, most=3)
        assert [passage.here for passage in found] == [parts[7], parts[6], parts[5]]
        assert all(passage.there == passage.here for passage in found)

    def test_common_wording_is_no_passage(self) -> None:
        text = "所列数据的统计期限为2023年1月1日至12月31日，本报告电子版可以在网站查阅下载。"
        assert passages(text, text) == ()
        short = prose(1, SHORTEST_PASSAGE - 1)
        assert passages(short, short) == ()

    def test_a_very_long_one_is_cut(self) -> None:
        text = prose(1, 5000)
        (found,) = passages(text, text)
        assert len(found.here) == len(found.there) == 300
        assert found.here.endswith("…")

    @pytest.mark.parametrize("text", ["", "无", "政府" * 30_000, "甲" * 60_000, "未收到公开" * 10_000])
    def test_any_text_is_borne(self, text: str) -> None:
        assert len(passages(text, text)) <= 1
