"""What rules rest on. An article is named only where its text was read; the rest says form or practice."""

from __future__ import annotations

from crawler.report.model import Bilingual

ARTICLE_49 = Bilingual(
    "《政府信息公开条例》第四十九条（公布期限）",
    "Disclosure Regulation, art. 49 (when annual reports are published)",
)
ARTICLE_49_YEAR = Bilingual(
    "《政府信息公开条例》第四十九条：年度报告报告上一年度的工作",
    "Disclosure Regulation, art. 49: the annual report covers the preceding year",
)
ARTICLE_50 = Bilingual(
    "《政府信息公开条例》第五十条（年度报告应包括的内容）及年度报告格式",
    "Disclosure Regulation, art. 50 (contents of the annual report), and the report form",
)
ARTICLE_50_PROBLEMS = Bilingual(
    "《政府信息公开条例》第五十条第（四）项：存在的主要问题及改进情况",
    "Disclosure Regulation, art. 50(4): main problems and how they are being remedied",
)
ARTICLE_50_ASSESSMENT = Bilingual(
    "《政府信息公开条例》第五十条第（四）项：各级人民政府还应报告工作考核、社会评议和责任追究结果",
    "Disclosure Regulation, art. 50(4): governments also report assessment, public review and accountability",
)
FORM = Bilingual("政府信息公开工作年度报告格式", "The annual report form")
FORM_2019 = Bilingual(
    "国办公开办函〔2019〕60号所附年度报告格式",
    "The report form of notice 〔2019〕60 (report years 2019-2020)",
)
FORM_2021 = Bilingual(
    "国办公开办函〔2021〕30号所附年度报告格式", "The report form of notice 〔2021〕30 (from report year 2021)"
)
FORM_BY_YEAR = Bilingual(
    "2019、2020年度用国办公开办函〔2019〕60号格式，2021年度起用国办公开办函〔2021〕30号格式",
    "Notice 〔2019〕60 sets the form for report years 2019-2020, notice 〔2021〕30 from report year 2021",
)
FORM_BALANCE = Bilingual(
    "表三表头所印勾稽关系：第一项加第二项之和，等于第三项加第四项之和",
    "Printed in the head of table three: items I and II together equal items III and IV together",
)
FORM_TOTALS = Bilingual(
    "年度报告格式的表格结构：总计等于各分项之和",
    "Structure of the form's tables: a total is the sum of its parts",
)
NOTICE_2021_ASPECTS = Bilingual(
    "国办公开办函〔2021〕30号：总体情况综述主动公开、依申请公开、政府信息管理、平台建设、监督保障",
    "Notice 〔2021〕30: the overview covers proactive disclosure, requests, information management, "
    "platforms, and supervision",
)
NOTICE_2021_SCOPE = Bilingual(
    "国办公开办函〔2021〕30号：报告内容依条例第五十条确定，不能遗漏，也不宜泛化",
    "Notice 〔2021〕30: the contents follow art. 50; nothing may be left out, and they should not sprawl",
)
NOTICE_2021_DILIGENCE = Bilingual(
    "国办公开办函〔2021〕30号：敷衍塞责并造成不良后果的，追究责任（字数界限为本系统所设）",
    "Notice 〔2021〕30: perfunctory reports that do harm are held to account "
    "(the threshold is this program's own)",
)
NOTICE_2021_COPIES = Bilingual(
    "国办公开办函〔2021〕30号：内容雷同并造成不良后果的，追究责任（相似度界限为本系统所设）",
    "Notice 〔2021〕30: copied contents that do harm are held to account "
    "(the threshold is this program's own)",
)
LOCAL_TITLE = Bilingual(
    "福建莆田2010年通报（地方文件）：把“年度报告”写成“工作报告”列为问题；格式所印标题为“年度报告”",
    "Circular of 2010 in Putian, Fujian (a local document), which names titles that say 工作报告 as a fault; "
    "the form's title says 年度报告",
)
LOCAL_LETTER = Bilingual(
    "福建莆田2010年通报（地方文件）：把向主管部门报送的函直接发布在网站上列为问题",
    "Circular of 2010 in Putian, Fujian (a local document), which names letters to the supervising body that "
    "are put on the web as a fault",
)
LOCAL_PROMINENT = Bilingual(
    "广东2010年通报（地方文件）：把没有在网站显著位置公布年度报告列为问题",
    "Circular of 2010 in Guangdong (a local document), which names hard-to-find reports as a fault",
)
NOTICE_2017_DOMAIN = Bilingual(
    "国办发〔2017〕47号：政府网站使用.gov.cn域名",
    "Notice 〔2017〕47: government sites stand under .gov.cn",
)
LABELS = Bilingual("政府网站网页标签的通行做法", "Common practice of labels in pages of government sites")
COLUMNS = Bilingual(
    "政府信息公开专栏的通行设置：指南、制度、法定主动公开内容、年报",
    "Common practice of disclosure columns: guide, rules, statutory contents, annual reports",
)
PRACTICE = Bilingual("编写惯例", "Common practice")
LOGIC = Bilingual("数据之间的逻辑关系", "Logic of the figures")
CONSISTENCY = Bilingual("报告前后应当一致", "A report agrees with itself")
