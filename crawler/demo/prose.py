"""The words of a sample report: each paragraph is chosen from several, and says what the tables say.

A body never uses the wording that it used the year before, and neighbours differ as well, so that checks
for copied text find nothing in a faultless report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, TypeVar

from crawler.report.model import Kind, Number

T = TypeVar("T")


class Written(NamedTuple):
    """Paragraphs of one report: before the first heading, and by section key."""

    preface: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]


class Topic(NamedTuple):
    """What a body works on, for the sentences about its publications."""

    field: str
    items: str


_TOPICS_BY_WORD = {
    "水": Topic("水务", "河湖管护、农村饮水和防汛值守"),
    "文化": Topic("文化旅游", "场馆开放、文物保护和旅游服务"),
    "市场": Topic("市场监管", "食品抽检、计量检定和消费提示"),
    "教育": Topic("教育", "招生入学、校园安全和学生资助"),
    "民政": Topic("民政", "社会救助、养老服务和婚姻登记"),
    "自然资源": Topic("自然资源", "土地供应、不动产登记和地质灾害防治"),
    "卫生": Topic("卫生健康", "医疗服务、疾病预防和健康科普"),
    "农业": Topic("农业农村", "良种补贴、动物防疫和高标准农田建设"),
    "交通": Topic("交通运输", "公路养护、客运管理和出行提示"),
}
_TOPICS_BY_KIND = {
    Kind.GOVERNMENT: Topic("经济社会发展", "重点项目、民生实事和财政预决算"),
    Kind.TOWNSHIP: Topic("乡村振兴", "惠农补贴、村级财务和防火防汛"),
    Kind.STREET: Topic("社区治理", "老旧小区改造、便民服务和养老助餐"),
    Kind.ZONE: Topic("园区建设", "招商引资、用地安排和企业服务"),
}
_GENERAL_TOPIC = Topic("本领域工作", "政策文件、办事指南和工作动态")
_SELF_NAMES = {
    Kind.GOVERNMENT: "本级政府",
    Kind.TOWNSHIP: "本乡镇",
    Kind.STREET: "本街道",
    Kind.ZONE: "本管委会",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentences state; every number that a table holds is taken from the table."""

    organ: str
    kind: Kind
    year: int
    self_name: str
    topic: Topic
    site: str
    phone: str
    web: int  # items published by channel; they add up to `published`
    social: int
    board: int
    trainings: int
    checks: int
    replies: int
    cells: Mapping[str, Number]

    @classmethod
    def of(
        cls, rng: Random, organ: str, kind: Kind, year: int, cells: Mapping[str, Number], *, site: str
    ) -> Facts:
        """Facts of one report, those that no table holds drawn from `rng`."""
        scale = 6 if kind is Kind.GOVERNMENT else 1
        return cls(
            organ=organ,
            kind=kind,
            year=year,
            self_name=_SELF_NAMES.get(kind, "本机关"),
            topic=_topic(organ, kind),
            site=site,
            phone=f"0000-555{Random(organ).randint(1000, 9999)}",  # noqa: S311 - an invented number
            web=rng.randint(70, 400) * scale,
            social=rng.randint(40, 300) * scale,
            board=rng.randint(11, 60),
            trainings=rng.randint(2, 6),
            checks=rng.randint(2, 12),
            replies=rng.randint(5, 90),
            cells=cells,
        )

    def count(self, *rows: str) -> int:
        """Sum of the total column over rows of table three."""
        return sum(int(self.cells.get(f"applications.{row}.total", 0)) for row in rows)

    def starting(self, prefix: str) -> int:
        """Sum of the total column over the rows of table three whose key starts with `prefix`."""
        start = f"applications.{prefix}"
        return sum(int(v) for k, v in self.cells.items() if k.startswith(start) and k.endswith(".total"))

    def cases(self, *groups: str) -> int:
        """Sum of the totals of table four over `groups`."""
        return sum(int(self.cells[f"disputes.{group}.total"]) for group in groups)

    def slots(self) -> dict[str, str]:
        """Values for the placeholders of the sentences below."""
        documents = "disclosure.normative_documents"
        issued = self.cells.get(f"{documents}.issued", self.cells.get(f"{documents}.produced", 0))
        in_force = self.cells.get(f"{documents}.in_force", self.cells.get(f"{documents}.total_disclosed", 0))
        numbers = {
            "year": self.year,
            "next": self.year + 1,
            "published": self.web + self.social + self.board,
            "web": self.web,
            "social": self.social,
            "board": self.board,
            "trainings": self.trainings,
            "checks": self.checks,
            "replies": self.replies,
            "issued": issued,
            "in_force": in_force,
            "new": self.count("new_received"),
            "carried_in": self.count("carried_in"),
            "done": self.count("results_total"),
            "granted": self.count("granted"),
            "partly": self.count("partly_granted"),
            "denied": self.starting("denied_"),
            "unavailable": self.starting("unavailable_"),
            "unprocessed": self.starting("unprocessed_"),
            "other": self.count(
                "other_handling", "other_overdue_correction", "other_overdue_fee", "other_misc"
            ),
            "carried_out": self.count("carried_out"),
            "reviews": self.cases("review"),
            "suits": self.cases("litigation_direct", "litigation_after_review"),
        }
        words = {
            "organ": self.organ,
            "we": self.self_name,
            "field": self.topic.field,
            "items": self.topic.items,
            "site": self.site,
            "phone": self.phone,
        }
        return {**words, **{name: str(number) for name, number in numbers.items()}}


def _topic(organ: str, kind: Kind) -> Topic:
    for word, topic in _TOPICS_BY_WORD.items():
        if word in organ:
            return topic
    return _TOPICS_BY_KIND.get(kind, _GENERAL_TOPIC)


_PREFACE = (
    "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）和现行年度报告格式，{organ}编制了本报告。"
    "所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。报告全文在{site}公布，"
    "对内容有疑问的，可与{we}办公室联系（电话：{phone}）。",
    "本报告由{organ}按照《中华人民共和国政府信息公开条例》（以下简称《条例》）的规定编写，数据统计期限为{year}年1月1日至{year}年12月31日。"
    "公众可登录{site}查阅、下载，咨询电话：{phone}。",
    "现向社会公布{organ}{year}年度政府信息公开工作情况。报告依据《中华人民共和国政府信息公开条例》（以下简称《条例》）编制，"
    "统计期限从{year}年1月1日起到{year}年12月31日止；电子版刊载于{site}，联系电话：{phone}。",
    "依照《中华人民共和国政府信息公开条例》（以下简称《条例》）有关要求，{organ}对{year}年的公开工作作了梳理，形成本报告。"
    "报告中的数字均统计自{year}年1月1日起至{year}年12月31日止。欢迎通过{site}查看，来电请拨{phone}。",
)

_ACTIVE = (
    "（一）主动公开。{we}围绕{field}主题，及时发布{items}等内容。全年主动公开信息{published}条，其中门户网站{web}条、"
    "政务新媒体{social}条、公示栏{board}条。制发行政规范性文件{issued}件，均随文附上通俗的说明材料。",
    "（一）主动公开。以群众最想知道的{items}为重点，做到应上网的全部上网。各渠道合计公开{published}条，"
    "其中门户网站{web}条、政务新媒体{social}条、公示栏{board}条。行政规范性文件现行有效{in_force}件，目录逐条可查。",
    "（一）主动公开。对照公开事项目录逐项认领，把{items}列为必须公开的内容。共计公开{published}条，其中门户网站{web}条、"
    "政务新媒体{social}条、公示栏{board}条，没有出现泄露秘密或者个人隐私的情形。",
    "（一）主动公开。{year}年紧扣{field}中心任务推送消息，{items}的更新间隔缩短到五个工作日以内。累计公开{published}条，"
    "其中门户网站{web}条、政务新媒体{social}条、公示栏{board}条；新制发行政规范性文件{issued}件。",
    "（一）主动公开。坚持先审后发，由业务科室提出、办公室把关、分管领导签发，{items}一律当周上线。"
    "年内公开{published}条，其中门户网站{web}条、政务新媒体{social}条、公示栏{board}条。",
)

_ON_REQUEST = (
    "（二）依申请公开。{year}年新收政府信息公开申请{new}件，上年结转{carried_in}件；办结{done}件，其中予以公开{granted}件、"
    "部分公开{partly}件、不予公开{denied}件、无法提供{unavailable}件、不予处理{unprocessed}件、其他处理{other}件；"
    "结转下年度继续办理{carried_out}件。因政府信息公开引发行政复议{reviews}件、行政诉讼{suits}件。",
    "（二）依申请公开。设专人登记、当日转办、到期提醒。全年新收申请{new}件，加上上年结转{carried_in}件，"
    "共作出答复{done}件：予以公开{granted}件、部分公开{partly}件、不予公开{denied}件、无法提供{unavailable}件、"
    "不予处理{unprocessed}件、其他处理{other}件，另有{carried_out}件结转下年度。涉及信息公开的行政复议{reviews}件、行政诉讼{suits}件。",
    "（二）依申请公开。畅通当面、信函和网络三条渠道，答复前先与申请人电话沟通。本年新收申请{new}件，上年结转{carried_in}件，"
    "办理完毕{done}件，分别为予以公开{granted}件、部分公开{partly}件、不予公开{denied}件、无法提供{unavailable}件、"
    "不予处理{unprocessed}件、其他处理{other}件，结转下年度{carried_out}件。信息公开类行政复议{reviews}件、行政诉讼{suits}件。",
    "（二）依申请公开。修订了办理规程和文书样式，疑难件由法律顾问会商。年内新收申请{new}件、上年结转{carried_in}件，已办结{done}件，"
    "即予以公开{granted}件、部分公开{partly}件、不予公开{denied}件、无法提供{unavailable}件、不予处理{unprocessed}件、"
    "其他处理{other}件，余下{carried_out}件转入下年度办理。发生行政复议{reviews}件、行政诉讼{suits}件。",
)

_MANAGEMENT = (
    "（三）政府信息管理。按生成、审核、发布、归档四个环节建立台账，每份公文起草时注明公开属性；"
    "对失效和重复的{field}信息做了{checks}轮清理，历史页面均标注时效。",
    "（三）政府信息管理。落实三审三校，发布前核对日期、数字和附件；年内开展{checks}次内容自查，"
    "发现的错链和过期电话当日更正，原件统一交档案室保管。",
    "（三）政府信息管理。把公开属性写进发文稿纸，没有注明的不予编号；{field}方面的文件按主题归集，"
    "组织了{checks}次保密复核，没有发现不应公开而公开的内容。",
    "（三）政府信息管理。重新编排信息目录，删去用不上的类目，补上{items}的细目；"
    "信息管理员每月核对一遍，全年核对与抽查共{checks}次。",
    "（三）政府信息管理。对存量文件逐份评估，该公开的补充公开，该废止的按程序废止；"
    "评估结果记入档案，{checks}批材料已经移交查阅点。",
)

_PLATFORM = (
    "（四）平台建设。信息公开专栏改版上线，检索框移到首屏，手机端可以直接下载附件；"
    "同步维护政务新媒体账号，回复群众留言{replies}条。",
    "（四）平台建设。依托{site}的公开专栏集中展示{field}信息，增设无障碍阅读和长者模式，"
    "便民服务点配备查询终端，接待查询{replies}人次。",
    "（四）平台建设。关停一个长期不更新的账号，力量集中到门户专栏；{items}设立了单独入口，"
    "网上咨询{replies}条全部在规定时间内回复。",
    "（四）平台建设。完成专栏与办事系统的数据对接，办事指南一处修改、各处同步；"
    "全年受理网民提问{replies}条，热点问题汇编成问答集。",
    "（四）平台建设。对专栏栏目重新命名，与上级要求保持一致，清除空白栏目；"
    "图文和短视频并用，讲清{items}，回应关切{replies}次。",
)

_SUPERVISION = (
    "（五）监督保障。主要负责人定期听取汇报，办公室配备专职人员；举办业务培训{trainings}期，"
    "培训后当场测试，成绩计入科室年度评价。",
    "（五）监督保障。调整了公开工作领导小组，明确每个科室一名联络员；邀请群众代表旁听会议、查看台账，"
    "并组织{trainings}次集中学习。",
    "（五）监督保障。监督电话由专人接听，收到的意见逐条登记；围绕《条例》和{field}案例开展培训{trainings}次，"
    "新进人员先学后上岗。",
    "（五）监督保障。把公开任务分解成清单，按季督促、年底销号；先后开展{trainings}场业务辅导，"
    "对落后的科室由分管领导约谈。",
    "（五）监督保障。安排专项经费用于专栏维护和资料印制，聘请法律顾问参与审核；"
    "全年培训{trainings}次，编印操作手册发到每个岗位。",
)

_ASSESSMENT = (
    "工作考核、社会评议和责任追究结果：公开工作占绩效考核四分，年终考核无不合格单位；"
    "社会评议收回问卷{replies}份，多数受访者表示满意；年内没有需要追究责任的情形。",
    "考核、评议与问责情况：将公开任务列入目标责任考核并通报得分；通过网上问卷开展社会评议，收到意见{replies}条并逐条整改；"
    "责任追究为零起。",
    "考核评议方面，由督查部门对所属单位逐家考核，结果与评优挂钩；社会评议由第三方机构实施，走访{replies}户；"
    "全年未启动责任追究程序。",
)

_DISCLOSURE_LEAD = (
    (),
    ("{year}年按《条例》第二十条应当公开的事项及数量如下表。",),
    ("下表列出本年制发文件、作出行政决定和收费的数量。",),
)
_APPLICATIONS_LEAD = (
    (),
    ("申请的来源和办理结果见下表，各栏数字由登记台账汇总得出。",),
    ("本年申请办理的详细数字如下。",),
)
_DISPUTES_LEAD = ((), ("有关案件的结果如下表。",), ("统计结果列表如下。",))

_PROBLEMS = (
    "过去一年的工作还有不足：一是{items}的说明偏专业，群众看不太懂；二是个别科室报送不及时，信息积压在月底集中上网；"
    "三是新进人员对答复文书不熟悉。",
    "存在的主要问题有三个方面。其一，专栏检索结果排序不够合理，旧文件常排在前面；其二，{field}数据多以附件形式发布，"
    "不便直接阅读；其三，基层联络员变动频繁。",
    "对照群众期盼，问题主要在于：公开内容与实际需要之间还有差距，{items}的细节披露得不够；与申请人沟通偏少，"
    "有的答复说理不充分；线下查阅点利用率不高。",
    "自查发现的问题：部分栏目更新节奏前松后紧；政策说明形式单一，文字多、图表少；{field}领域跨科室的信息没有统一口径，"
    "偶有前后表述不一。",
    "主要不足是：主动公开的意识在科室之间不平衡，靠催促完成的仍占一部分；{items}缺少往年数据的对比；"
    "新媒体留言的回复时间还可以再缩短。",
)
_IMPROVEMENTS = (
    "改进情况：针对上述问题，已把报送时限写入科室职责，安排业务骨干改写专业术语，并为新进人员配备带教老师。"
    "下一步将每季度评选一次说明材料，请群众打分。",
    "改进措施如下。请技术单位调整了检索排序，把附件中的表格转成网页；联络员实行双人互备，交接时办理签字手续。"
    "今后继续减少附件发布，方便手机阅读。",
    "改进的办法：建立申请件回访制度，答复书由法律顾问逐份审看；查阅点与便民大厅合并设置，延长开放时间。"
    "下一步还要细化{field}事项的公开标准。",
    "改进工作从三处着手：编制全年发布日历，均衡安排更新；制作图解和短视频，减少长篇文字；"
    "由办公室牵头统一数据口径，发布前交叉核对。",
    "改进方面，已将公开任务纳入科室月度讲评，补录了可比数据，设置留言超时提醒。"
    "{next}年将继续压缩回复时间，把群众评价作为检验标准。",
)

_FEE = (
    "收取信息处理费情况：{year}年发出收费通知0件，总金额0元，实际收取信息处理费0元。",
    "本年度办理政府信息公开申请未收取信息处理费，也没有发出收费通知。",
    "信息处理费方面，全年未向申请人收取任何费用，发出收费通知0件。",
    "{we}{year}年没有产生政府信息公开信息处理费，实际收取金额为0元。",
)
_ELSE = (
    "除上述情况外，没有其他需要报告的事项。",
    "人大代表建议和政协提案的办理结果已在专栏公布，供公众查阅。",
    "全年围绕{items}举办开放活动，现场发放资料，听取意见建议。",
    "{next}年的公开要点已经印发，将按计划推进。",
)

_FILES_ASSESSMENT = frozenset({Kind.GOVERNMENT, Kind.TOWNSHIP})


def write(facts: Facts, *, worded_as: str, seed: int) -> Written:
    """The paragraphs of one report, in the words of the body `worded_as`."""
    slots = facts.slots()

    def say(name: str, variants: tuple[str, ...]) -> str:
        return _choose(variants, worded_as, facts.year, name, seed).format(**slots)

    def lead(name: str, variants: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        return tuple(line.format(**slots) for line in _choose(variants, worded_as, facts.year, name, seed))

    overview = [
        say("active", _ACTIVE),
        say("on-request", _ON_REQUEST),
        say("management", _MANAGEMENT),
        say("platform", _PLATFORM),
        say("supervision", _SUPERVISION),
    ]
    if facts.kind in _FILES_ASSESSMENT:
        overview.append(say("assessment", _ASSESSMENT))
    return Written(
        preface=(say("preface", _PREFACE),),
        sections={
            "overview": tuple(overview),
            "disclosure": lead("disclosure", _DISCLOSURE_LEAD),
            "applications": lead("applications", _APPLICATIONS_LEAD),
            "disputes": lead("disputes", _DISPUTES_LEAD),
            "problems": (say("problems", _PROBLEMS), say("improvements", _IMPROVEMENTS)),
            "other_matters": (say("fee", _FEE), say("else", _ELSE)),
        },
    )


def _choose(variants: tuple[T, ...], organ: str, year: int, name: str, seed: int) -> T:
    """One variant: where a body starts is drawn, and each year moves it on by one."""
    start = Random(f"{seed}|{organ}|{name}").randrange(len(variants))  # noqa: S311 - sample texts
    return variants[(start + year) % len(variants)]
