"""Words that are frequently written wrong in annual reports, each with what is right.

Only what is wrong in every sentence stands here: variants that dictionaries allow, and pairs that both occur
(既使/即使, 制定/制订, 其它/其他), do not. `allowed` are longer right words, names among them, that hold the
same characters across the border of words: 恢|复盖|章 is no 覆盖.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import NamedTuple


class WrongWord(NamedTuple):
    """`wrong` is hit unless it stands within one of `allowed`."""

    wrong: str
    right: str
    allowed: tuple[str, ...] = ()


def _of(right: str, *wrong: str, allowed: tuple[str, ...] = ()) -> tuple[WrongWord, ...]:
    return tuple(WrongWord(word, right, allowed) for word in wrong)


_END_OF = "年度月周期岁季学世纪本始卷粉文篇段书句页行表词尾朝代清明元宋唐汉"
"""Before 末, which means the end there: of a year, a dynasty, a text."""


def _not_yet(*verbs: str) -> tuple[WrongWord, ...]:
    """末收到 for 未收到; 年末收到 is right."""
    return tuple(
        WrongWord(f"末{verb}", f"未{verb}", tuple(f"{before}末{verb}" for before in _END_OF))
        for verb in verbs
    )


def _already(*verbs: str) -> tuple[WrongWord, ...]:
    """己完成 for 已完成; 自己完成 is right."""
    before = "自知利律克各异舍"
    return tuple(
        WrongWord(f"{wrong}{verb}", f"已{verb}", tuple(f"{b}{wrong}{verb}" for b in before))
        for verb in verbs
        for wrong in ("己", "巳")
    )


WRONG_WORDS = (
    # disclosure and its forms
    *_not_yet("收到", "发生", "产生", "收取", "发现", "公开", "出现"),
    *_not_yet("收费", "受理", "发出", "接到", "涉及", "办结"),
    *_already("完成", "公开", "建立", "全部", "形成", "办结", "答复", "开展", "公布", "落实", "经"),
    *_of("信息公开条例", "信息公开条列", "信息公天条例", "信息公开开条例"),
    *_of("共和国政府信息", "共和国国政府信息"),
    *_of("中华人民共和国", "中华人共和国", "中化人民共和国", "中华人民共合国"),
    *_of("人民政府", "人民政政府", "人民政俯", "人民正府"),
    *_of("政府信息", "政府信信息", "政服信息公开", "政府住息"),
    *_of("政务公开工作", "政务公工作", "正务公开工作", "政物公开工作"),
    *_of("信息公开工作", "信息公工作", "信息公开作工"),
    *_of("依申请公开", "依申清公开", "依申请公升", "依甲请公开"),
    *_of("公开申请", "公开申清"),
    *_of("不公开为例外", "不公开为列外", "不公开为另外"),
    *_of("逾期不补正", "愈期不补正"),
    *_of("逾期", "愈期", allowed=("治愈期", "痊愈期", "病愈期", "自愈期")),
    *_of("勾稽关系", "勾嵇关系", "勾籍关系", "勾积关系"),
    *_of("行政复议", "行政复意", "行政复义", "行政覆议"),
    *_of("行政诉讼", "行政诉颂", "行政起讼", "行政述讼"),
    *_of("信息处理费", "信息处理废"),
    *_of("政策解读", "政策解毒", "政策解渎", "政策解续"),
    *_of("公众号", "公从号", "公总号"),
    *_of("门户网站", "门户网战", "门户网占", "门护网站"),
    *_of("政府网站", "政府网占"),
    *_of("社会公众", "社会公从"),
    *_of("人民群众", "人民群从", "人民群重"),
    *_of("领导小组", "领导小姐"),
    *_of("高度重视", "高度重试", "高度重是", "高度众视"),
    *_of("贯彻落实", "惯彻落实", "贯切落实", "贯彻落时"),
    *_of("部署", "布署", allowed=("布署名", "布署理")),
    *_of("公开渠道", "公开渠到"),
    *_of("信息渠道", "信息渠到"),
    *_of("沟通渠道", "沟通渠到"),
    *_of("依法行政", "依法行证"),
    *_of("机构改革", "机购改革"),
    *_of("监督管理", "监督管里"),
    *_of("按期办理", "按期办里"),
    *_of("依法办理", "依法办里"),
    *_of("截至目前", "截止目前"),
    *_of("反映问题", "群众反应问题", "来信反应问题", "来电反应问题"),
    # set phrases
    *_of("突如其来", "突如起来", "突入其来"),
    *_of("按部就班", "按步就班", "按步就搬"),
    *_of("再接再厉", "再接再励", "在接再厉", "再接再历"),
    *_of("一如既往", "一如继往", "一如即往"),
    *_of("在所难免", "再所难免"),
    *_of("不再赘述", "不在赘述"),
    *_of("井然有序", "井然有续", "井然有絮"),
    *_of("有条不紊", "有条不稳"),
    *_of("实事求是", "实事求事", "事实求是"),
    *_of("行之有效", "行之有郊", "行之有校"),
    *_of("名副其实", "名付其实"),
    *_of("墨守成规", "默守成规"),
    *_of("迫不及待", "迫不急待"),
    *_of("攻坚克难", "攻坚克坚", "攻艰克难", "攻坚克唯"),
    *_of("脱贫攻坚", "脱贫攻艰"),
    *_of("乡村振兴", "乡村震兴"),
    *_of("放管服", "放管付"),
    *_of("营商环境", "营商环镜"),
    *_of("疫情防控", "疫情防空", "疫情防孔", allowed=("疫情防空洞",)),
    *_of("以人民为中心", "以人名为中心"),
    *_of("不忘初心", "不望初心"),
    *_of("牢记使命", "牢记使名"),
    *_of("社会主义思想", "社会主意思想", "社会注意思想"),
    *_of("社会主义现代化", "社会主意现代化"),
    *_of("落实不到位", "落实不倒位"),
    # single words
    *_of("作为一项", "做为一项"),
    *_of("作为重要", "做为重要"),
    *_of("作为重点", "做为重点"),
    *_of("作为政府", "做为政府"),
    *_of("过渡期", "过度期", allowed=("过度期待", "过度期望", "过度期盼")),
    *_of("必需品", "必须品", allowed=("必须品质", "必须品尝", "必须品种", "必须品牌", "必须品行")),
    *_of("座谈会", "坐谈会"),
    *_of("覆盖面", "复盖面"),
    *_of("全覆盖", "全复盖"),
    *_of("迅速", "讯速", allowed=tuple(f"{before}讯速" for before in "通资短快喜简电闪问")),
    *_of("通讯", "通迅", allowed=("通迅速", "通迅猛", "通迅即", "通迅捷")),
    *_of("讯息", "迅息"),
    *_of("制度", "制渡", allowed=("制渡口", "制渡船", "制渡运", "制渡河", "制渡江")),
    *_of("措施", "措失", allowed=("举措失", "挫措失", "失措失")),
    *_of("辐射", "幅射", allowed=("大幅射", "小幅射")),
    *_of("编纂", "编篡"),
    *_of("浏览", "浏揽", "游揽"),
    *_of("辨别", "辩别", allowed=("辩别人", "辩别的")),
    *_of("辨认", "辩认", allowed=("辩认真", "辩认为", "辩认定", "辩认可")),
    *_of("分辨率", "分辩率"),
    *_of("陷阱", "陷井"),
    *_of("意见分歧", "意见分岐"),
    *_of("风险", "凤险"),
    *_of("竞争力", "竟争力"),
    *_of("公平竞争", "公平竟争"),
    *_of("遗憾", "遗撼"),
    *_of("根据", "根椐"),
    *_of("依据", "依椐"),
    *_of("数据", "数椐"),
    *_of("综合", "综和"),
    *_of("统筹", "统畴", allowed=("系统畴", "传统畴")),
    *_of("答复", "答覆"),
    *_of("尤其是", "由其是", allowed=("由其是否",)),
    *_of("圆满完成", "园满完成"),
    *_of("专人负责", "专人付责", "专人负则"),
)

BY_WRONG = MappingProxyType({word.wrong: word for word in WRONG_WORDS})
WRONG = re.compile("|".join(re.escape(wrong) for wrong in sorted(BY_WRONG, key=len, reverse=True)))

ON_WRITING = re.compile(r"错别字|错敏|误写|错写|错字|错误表述|易错|校对")
"""A sentence on mistakes in writing may quote some."""
