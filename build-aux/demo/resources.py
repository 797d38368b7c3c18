# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the district has: forces, stores, experts, firms and fixed places. All invented."""

import random

from . import items
from .places import NORTH_EAST, SOUTH_WEST

SOURCE = "示范数据（虚构）"
VIDEO = "rtsp://127.0.0.1:8554/"

# name, nature, organisation, capabilities, strength, minutes, vehicles, where, equipment
TEAMS = [
    ("区消防救援大队建设路站", "national", "区消防救援大队", "fire.rescue hazmat.detection rescue.collapse", 32, 2, 6, "沙河街道", "水罐车3、云梯车1、抢险车1、侦检仪"),
    ("区消防救援大队园区站", "national", "区消防救援大队", "fire.rescue hazmat.fire hazmat.detection hazmat.decontamination", 28, 2, 6, "@园区消防站", "泡沫车2、高喷车1、防化洗消车1、水幕水带"),
    ("区消防救援大队东兴站", "national", "区消防救援大队", "fire.rescue rescue.rope flood.rescue", 24, 2, 4, "东兴街道", "水罐车2、抢险车1、冲锋舟2"),
    ("市消防支队危化专业队（九原驻点）", "national", "市消防救援支队", "hazmat.rescue hazmat.leak_stopping hazmat.transfer hazmat.fire", 26, 5, 5, "装备园区", "防化车2、输转泵组、带压堵漏器具、重型防化服24套"),
    ("市森林消防九原驻防中队", "national", "市森林消防大队", "wildfire.fighting wildfire.guard uav.reconnaissance", 45, 10, 5, "hills:109.66", "风力灭火机40、水泵4、油锯8"),
    ("区危化品救援队一分队", "professional", "化工园区管委会", "hazmat.rescue hazmat.detection hazmat.leak_stopping", 12, 5, 3, "化工园区", "气防车1、堵漏工具3组、空呼24套"),
    ("区危化品救援队二分队", "professional", "化工园区管委会", "hazmat.rescue hazmat.leak_stopping hazmat.transfer hazmat.detection", 14, 3, 3, "化工园区", "救援车1、倒罐泵2、堵漏工具4组、空呼28套"),
    ("园区洗消分队", "professional", "化工园区管委会", "hazmat.decontamination environment.containment", 10, 15, 2, "化工园区", "洗消帐篷3、洗消车1、围油栏200米"),
    ("区环境监测应急分队", "professional", "区生态环境分局", "environment.monitoring environment.containment", 9, 20, 2, "白音街道", "便携式质谱1、气体检测仪12、无人采样船1"),
    ("区防汛抢险专业队一队", "professional", "区水务局", "flood.dike flood.patrol", 40, 20, 6, "@防凌物资点", "打桩机4、装载机2、铅丝笼编织机"),
    ("区防汛抢险专业队二队", "professional", "区水务局", "flood.dike flood.patrol", 36, 25, 5, "哈林格尔镇", "打桩机3、自卸车3、查险灯"),
    ("区防汛抢险专业队三队", "professional", "区水务局", "flood.dike flood.drainage", 32, 30, 4, "麻池镇", "打桩机2、抽水泵6"),
    ("黄河水上救援队", "professional", "区水务局", "flood.rescue flood.ice", 22, 20, 3, "bank:109.80", "冲锋舟6、橡皮艇4、救生抛投器8"),
    ("凌情监测破冰分队", "professional", "区水务局", "flood.ice uav.reconnaissance", 15, 40, 3, "bank:109.62", "破冰机2、测冰雷达1、无人机2"),
    ("区排涝抢险队", "professional", "区住建局", "flood.drainage", 24, 25, 6, "萨如拉街道", "大流量排水车2、移动泵站4"),
    ("区森林草原扑火一中队", "professional", "区林草分局", "wildfire.fighting wildfire.guard", 30, 10, 3, "hills:109.60", "风力灭火机24、水枪40、二号工具40"),
    ("区森林草原扑火二中队", "professional", "区林草分局", "wildfire.fighting wildfire.guard", 28, 12, 3, "hills:109.78", "风力灭火机20、水枪32、二号工具40"),
    ("山地供水分队", "professional", "区林草分局", "wildfire.water", 12, 20, 4, "hills:109.70", "高扬程泵3、软体水囊6、水带3000米"),
    ("阿嘎如泰半专业扑火队", "professional", "阿嘎如泰苏木政府", "wildfire.fighting", 25, 20, 2, "阿嘎如泰苏木", "风力灭火机12、二号工具60"),
    ("哈业胡同半专业扑火队", "professional", "哈业胡同镇人民政府", "wildfire.fighting flood.patrol", 22, 25, 2, "哈业胡同镇", "风力灭火机10、二号工具50"),
    ("区矿山救护队", "professional", "区应急管理局", "rescue.mine rescue.confined_space hazmat.detection", 18, 15, 3, "hills:109.55", "氧气呼吸器20、生命探测仪1、气体化验车1"),
    ("区地震应急救援队", "professional", "区应急管理局", "rescue.earthquake rescue.collapse rescue.rope", 26, 30, 3, "赛罕街道", "液压剪扩器4、生命探测仪2、搜救犬3"),
    ("急救中心九原一组", "professional", "市急救中心九原分站", "medical.emergency", 5, 2, 1, "@区医院", "监护型救护车1"),
    ("急救中心九原二组", "professional", "市急救中心九原分站", "medical.emergency", 5, 2, 1, "东兴街道", "监护型救护车1"),
    ("园区医疗急救组", "professional", "区医院", "medical.emergency medical.poisoning", 6, 5, 1, "化工园区", "负压救护车1、氰化物解毒剂、洗眼装置"),
    ("区疾控防疫队", "professional", "区疾控中心", "medical.epidemic", 12, 60, 2, "白音街道", "消杀车1、快检箱4"),
    ("交警应急一分队", "professional", "区交警大队", "security.traffic", 12, 5, 5, "沙河街道", "引导车4、移动护栏"),
    ("交警应急二分队", "professional", "区交警大队", "security.traffic", 10, 5, 4, "东兴街道", "引导车3、警示锥桶200"),
    ("特巡警警戒分队", "professional", "区公安分局", "security.order evacuation.transfer", 30, 10, 5, "赛罕街道", "运兵车2、扩音设备、警戒带"),
    ("供电应急抢修队", "professional", "供电公司", "power.repair power.supply", 18, 20, 4, "萨如拉街道", "抢修车3、400千瓦发电车1"),
    ("燃气抢修队", "professional", "燃气公司", "gas.repair hazmat.detection", 14, 15, 3, "白音街道", "抢修车2、氮气置换设备、检漏仪8"),
    ("供水抢修队", "professional", "供水公司", "water.repair", 12, 25, 2, "新村街道", "抢修车2、应急供水车2"),
    ("供热抢修队", "professional", "供热公司", "heating.repair", 14, 30, 2, "沙河街道", "抢修车2、焊机6"),
    ("应急通信保障分队", "professional", "通信企业联合", "communications.emergency command.mobile", 12, 20, 3, "新村街道", "应急通信车1、背负基站2、卫星便携站2"),
    ("公路抢通队", "professional", "区交通运输局", "road.clearing machinery.engineering", 20, 30, 8, "物流园区", "挖掘机3、装载机3、平板拖车2"),
    ("工程机械大队", "professional", "区住建局", "machinery.engineering flood.dike", 24, 45, 14, "装备园区", "挖掘机6、推土机2、自卸车6"),
    ("应急客运车队", "professional", "区交通运输局", "transport.passenger evacuation.transfer", 30, 20, 25, "东兴街道", "大客车20、无障碍车5"),
    ("应急货运车队", "professional", "区交通运输局", "transport.goods", 24, 30, 20, "物流园区", "厢式货车14、叉车6"),
    ("区无人机侦察分队", "professional", "区应急管理局", "uav.reconnaissance uav.delivery", 8, 10, 2, "赛罕街道", "多旋翼4、固定翼1、喊话器2"),
    ("气象应急保障分队", "professional", "区气象局", "weather.monitoring", 5, 20, 1, "@气象站", "移动气象站2"),
    ("区人武部民兵应急连", "reserve", "区人武部", "army.reserve flood.patrol evacuation.transfer", 80, 60, 6, "萨如拉街道", "运输车6、单兵器材80套"),
    ("麻池民兵防汛分队", "reserve", "区人武部", "army.reserve flood.patrol flood.dike", 50, 60, 3, "麻池镇", "铁锹、编织袋、查险灯"),
    ("哈业胡同民兵分队", "reserve", "区人武部", "army.reserve flood.patrol wildfire.fighting", 45, 60, 3, "哈业胡同镇", "铁锹、二号工具"),
    ("青石合成氨厂专职救援队", "firm", "九原青石合成氨厂", "hazmat.rescue hazmat.leak_stopping hazmat.fire", 16, 5, 3, ("化工园区", 0.78, 0.72), "泡沫车1、气防车1、喷淋水幕"),
    ("白杨氯碱厂气防站", "firm", "九原白杨氯碱厂", "hazmat.rescue hazmat.detection hazmat.decontamination", 12, 5, 2, ("化工园区", 0.57, 0.36), "气防车1、碱液喷淋装置、氯气捕消器"),
    ("红柳焦化厂专职消防队", "firm", "九原红柳焦化厂", "fire.rescue hazmat.fire", 14, 8, 3, "装备园区", "水罐车2、泡沫车1"),
    ("北坡铁矿救援队", "firm", "九原北坡铁矿", "rescue.mine machinery.engineering", 15, 30, 5, "hills:109.50", "挖掘机2、装载机2"),
    ("红柳救援志愿队", "social", "红柳救援志愿协会", "rescue.rope flood.rescue rescue.earthquake evacuation.transfer", 28, 60, 5, "沙河街道", "橡皮艇4、绳索装备12套"),
    ("黄河岸边志愿救援队", "social", "黄河岸边志愿协会", "flood.rescue uav.reconnaissance", 18, 60, 3, "麻池镇", "冲锋舟2、无人机2"),
    ("草原风志愿服务队", "social", "草原风志愿协会", "evacuation.care logistics.catering", 40, 60, 4, "赛罕街道", "流动厨房1、帐篷20"),
    ("心桥心理援助队", "social", "心桥社工中心", "medical.psychological evacuation.care", 12, 90, 1, "白音街道", "心理援助箱12"),
    ("区安置服务队", "professional", "区民政局", "evacuation.care logistics.supply", 26, 40, 3, "萨如拉街道", "登记终端10、生活物资箱"),
]

# id, name, type, team's number, capabilities, where (None: with the team), video?
UNITS = [
    ("unit-command-01", "指挥车01", "command", None, "command.mobile communications.emergency", "@应急指挥中心", True),
    ("unit-command-02", "指挥车02", "command", 34, "command.mobile communications.emergency", None, False),
    ("unit-gas-01", "气体分析车", "gas_analysis", 9, "environment.monitoring hazmat.detection", None, True),
    ("unit-rescue-01", "救援车01", "rescue", 4, "hazmat.rescue", None, True),
    ("unit-rescue-02", "救援车02", "rescue", 7, "hazmat.rescue hazmat.transfer", None, True),
    ("unit-drone-01", "无人机1", "drone", 16, "uav.reconnaissance", None, True),
    ("unit-drone-02", "无人机2", "drone", 39, "uav.reconnaissance", ("化工园区", 0.84, 0.55), True),
    ("unit-body-07", "单兵07", "body_camera", 6, "", ("化工园区", 0.81, 0.52), True),
    ("unit-body-11", "单兵11", "body_camera", 10, "", "bank:109.7712", True),
    ("unit-power-01", "发电车", "generator", 30, "power.supply", None, False),
    ("unit-supply-01", "物资保障车", "supply", 52, "logistics.supply", "物流园区", False),
    ("unit-engine-03", "东兴站水罐车3", "fire_engine", 3, "fire.rescue", None, True),
    ("unit-ambulance-02", "救护车02", "ambulance", 24, "medical.emergency", None, False),
]

# name, speciality, posts, units, finer specialities
POOLS = [
    ("危险化学品", "expert.hazmat", ["化工研究院", "合成氨厂技术中心", "安全评价机构"], ["expert.process", "expert.toxicology", "expert.environment"]),
    ("防汛抗旱", "expert.flood", ["黄河工程管理段", "区水务局", "水利设计院"], ["expert.ice", "expert.weather", "expert.geology"]),
    ("森林草原防灭火", "expert.wildfire", ["区林草分局", "林业科学研究所", "防灭火教研室"], ["expert.weather"]),
    ("矿山与尾矿库", "expert.mine", ["矿山设计院", "区应急管理局", "北坡铁矿"], ["expert.geology", "expert.structure"]),
    ("地震地质与建筑", "expert.geology", ["地质环境监测站", "建筑设计院", "地震台"], ["expert.structure"]),
    ("医疗救治", "expert.medical", ["区医院", "市职业病防治院", "市中心医院"], ["expert.toxicology"]),
    ("生态环境与气象", "expert.environment", ["环境监测站", "环境科学研究院", "区气象局"], ["expert.weather", "expert.toxicology"]),
    ("燃气供电通信", "expert.utility", ["燃气公司", "供电公司", "通信企业联合"], ["expert.process"]),
]

# name, branch, staff, where (share of the park), contact's post
FIRMS = [
    ("九原青石合成氨厂", "化工", 460, ("化工园区", 0.82, 0.62)), ("九原白杨氯碱厂", "化工", 520, ("化工园区", 0.60, 0.30)),
    ("九原云杉甲醇厂", "化工", 380, ("化工园区", 0.38, 0.70)), ("九原沙枣精细化工厂", "化工", 150, ("化工园区", 0.22, 0.36)),
    ("九原胡杨涂料厂", "化工", 120, ("化工园区", 0.15, 0.72)), ("九原晨光工业气体站", "工业气体", 60, ("化工园区", 0.50, 0.88)),
    ("九原芦苇农药厂", "化工", 140, ("化工园区", 0.72, 0.14)), ("九原红柳焦化厂", "焦化", 640, ("装备园区", 0.25, 0.45)),
    ("九原铁马铸造厂", "机械", 300, ("装备园区", 0.70, 0.60)), ("九原长河冷链物流", "仓储", 180, ("物流园区", 0.30, 0.50)),
    ("九原东门油库", "仓储", 70, ("物流园区", 0.75, 0.40)), ("九原草香乳业", "食品", 420, ("新村街道", 0.15, 0.20)),
    ("九原清泉自来水厂", "市政", 90, ("白音街道", 0.20, 0.15)), ("九原北站储配站", "燃气", 55, ("东兴街道", 0.55, 0.88)),
    ("九原塞上热电厂", "电力", 350, ("装备园区", 0.85, 0.15)), ("九原金穗油脂厂", "食品", 130, ("物流园区", 0.55, 0.80)),
    ("九原北坡铁矿", "矿山", 280, ("阿嘎如泰苏木", 0.20, 0.80)), ("九原顺路加油站", "成品油", 14, ("麻池镇", 0.70, 0.60)),
]

AMMONIA = ("无色有刺激气味的有毒气体，液体遇热急剧汽化。冷云先贴地扩散，从上风侧进入。可用雾状水在下风侧吸收，不得向液池直接射水；"
           "进入核心区着重型防化服并佩正压式空气呼吸器。接触者离开污染区，大量清水冲洗眼睛和皮肤。")
CHLORINE = ("黄绿色剧毒气体，比空气重，沿低洼处流动。从上风高处进入，下风及低洼处优先疏散。泄漏用碱液喷淋或捕消器吸收，不得向漏点射水。"
            "吸入者立即脱离并保持安静，尽早给氧。")
FLAMMABLE = "易燃液体，蒸气可与空气形成爆炸性混合物并沿地面流到远处回燃。切断火源，泡沫覆盖液面，防止流入下水道；冷却邻近储罐。"
GAS = "易燃气体，泄漏后易形成可燃云团。先关阀断料，禁止一切火花，雾状水驱散稀释；着火时控制燃烧并冷却，断料前不轻易灭火。"
ETHYLENE_OXIDE = ("有毒易燃气体，蒸气比空气重，受热或遇杂质可能自行聚合爆炸。从上风侧进入，切断火源和电源，雾状水稀释并持续冷却罐体；"
                  "罐体异响或变色时立即撤离。进入者着防化服并佩空气呼吸器。")
ACID = "强腐蚀性液体，遇水放热，放出刺激性酸雾。筑堤收容，用消石灰中和，防止直接向容器内加水；接触皮肤立即用大量清水冲洗。"
COAL_GAS = "有毒易燃气体，含一氧化碳和硫化氢。佩空气呼吸器进入，切断气源，强制通风，注意有限空间内积聚。"
OXYGEN = "强氧化性低温液体，与油脂接触可剧烈燃烧。禁油禁火，人员衣物沾染后远离火源通风；冻伤处用温水缓复。"

# name, level, firm's number, substance, UN number, tonnes, safety data
HAZARDS = [
    ("青石合成氨厂液氨球罐区", 1, 1, "液氨", "1005", 1200, AMMONIA), ("青石合成氨厂液氨中间罐", 3, 1, "液氨", "1005", 60, AMMONIA),
    ("白杨氯碱厂液氯储槽", 1, 2, "液氯", "1017", 180, CHLORINE), ("白杨氯碱厂氯乙烯罐区", 2, 2, "氯乙烯", "1086", 400, GAS),
    ("白杨氯碱厂盐酸罐区", 4, 2, "盐酸", "1789", 600, ACID), ("云杉甲醇厂甲醇罐区", 1, 3, "甲醇", "1230", 20000, FLAMMABLE),
    ("云杉甲醇厂合成装置", 3, 3, "氢气", "1049", 4, GAS), ("沙枣精细化工厂苯罐区", 2, 4, "苯", "1114", 800, FLAMMABLE),
    ("沙枣精细化工厂环氧乙烷罐", 2, 4, "环氧乙烷", "1040", 60, ETHYLENE_OXIDE), ("胡杨涂料厂溶剂库", 4, 5, "甲苯", "1294", 320, FLAMMABLE),
    ("晨光工业气体站液氧罐", 4, 6, "液氧", "1073", 250, OXYGEN), ("晨光工业气体站乙炔站", 4, 6, "乙炔", "1001", 2, GAS),
    ("芦苇农药厂三氯化磷库", 3, 7, "三氯化磷", "1809", 45, ACID), ("红柳焦化厂煤气柜", 2, 8, "焦炉煤气", "1023", 30, COAL_GAS),
    ("红柳焦化厂焦油罐区", 4, 8, "煤焦油", "1136", 900, FLAMMABLE), ("长河冷链液氨机房", 3, 10, "液氨", "1005", 18, AMMONIA),
    ("东门油库汽油罐区", 1, 11, "汽油", "1203", 24000, FLAMMABLE), ("东门油库柴油罐区", 3, 11, "柴油", "1202", 30000, FLAMMABLE),
    ("草香乳业制冷机房", 4, 12, "液氨", "1005", 12, AMMONIA), ("清泉自来水厂加氯间", 4, 13, "液氯", "1017", 5, CHLORINE),
    ("北站液化天然气储罐", 2, 14, "液化天然气", "1972", 120, GAS), ("塞上热电厂氨区", 3, 15, "液氨", "1005", 80, AMMONIA),
]

QUARTERS = ["新村街道", "沙河街道", "赛罕街道", "白音街道", "萨如拉街道", "东兴街道"]
TOWNS = ["麻池镇", "哈林格尔镇", "哈业胡同镇", "阿嘎如泰苏木"]

# kind, id's beginning, [(name, where, capacity, free, facts, organisation)]
FIXED = [
    ("shelter", "shelter", [
        ("第三小学避难场所", "@第三小学", 1200, 1200), ("第一中学避难场所", "@第一中学", 2600, 2600), ("新村文化广场", "新村街道", 1800, 1800),
        ("沙河体育公园", "沙河街道", 3200, 3200), ("赛罕体育馆", "赛罕街道", 2000, 2000), ("白音中学避难场所", "白音街道", 1500, 1500),
        ("萨如拉广场", "萨如拉街道", 2400, 2400), ("东兴小学避难场所", "东兴街道", 900, 900), ("南湖公园避难场所", "南湖公园", 6000, 6000),
        ("麻池中学安置点", "麻池镇", 700, 574), ("哈林格尔镇文化站", "哈林格尔镇", 450, 450), ("哈业胡同中学安置点", "哈业胡同镇", 600, 600),
        ("阿嘎如泰苏木文化站", "阿嘎如泰苏木", 300, 300), ("物流园区临时安置点", "物流园区", 1500, 1500)]),
    ("hospital", "hospital", [
        ("区医院", "@区医院", 520, 64), ("区中蒙医院", "赛罕街道", 260, 41), ("东兴医院", "东兴街道", 180, 22), ("园区职工医院", "化工园区", 90, 18),
        ("麻池镇中心卫生院", "麻池镇", 60, 15), ("哈林格尔镇卫生院", "哈林格尔镇", 40, 12), ("哈业胡同镇卫生院", "哈业胡同镇", 40, 14)]),
    ("fire_station", "fire", [
        ("建设路消防站", "沙河街道", 40, 32), ("园区消防站", "@园区消防站", 36, 28), ("东兴消防站", "东兴街道", 30, 24),
        ("麻池政府专职消防站", "麻池镇", 16, 12), ("哈业胡同政府专职消防站", "哈业胡同镇", 14, 10), ("红柳焦化厂消防站", "装备园区", 16, 14)]),
    ("water_source", "water", [
        ("园区消防水池一号", "化工园区", 3000, 3000), ("园区消防水池二号", "化工园区", 2000, 2000), ("哈德门沟取水点", "hills:109.676", 500, 500),
        ("梅力更沟取水点", "hills:109.528", 400, 400), ("山前蓄水池", "hills:109.72", 800, 800), ("东沟蓄水池", "hills:110.00", 600, 600),
        ("南湖取水点", "南湖公园", 9000, 9000), ("磴口扬水站取水点", "@磴口扬水站", 20000, 20000), ("物流园区消防水池", "物流园区", 1500, 1500),
        ("装备园区消防水池", "装备园区", 1200, 1200), ("哈业干渠取水点", "哈业胡同镇", 5000, 5000), ("污水厂中水取水点", "@污水处理厂", 4000, 4000)]),
    ("helipad", "helipad", [
        ("阿嘎如泰停机坪", "hills:109.59", 2, 2), ("哈德门停机坪", "hills:109.68", 1, 1), ("区医院楼顶停机坪", "白音街道", 1, 1), ("物流园区停机坪", "物流园区", 3, 3)]),
    ("watchtower", "tower", [
        ("哈德门瞭望塔", "hills2:109.676", 2, 2), ("梅力更瞭望塔", "hills2:109.53", 2, 2), ("东沟瞭望塔", "hills2:110.00", 2, 2),
        ("山前草场瞭望塔", "hills:109.61", 2, 2), ("阿嘎如泰瞭望塔", "hills2:109.585", 2, 2), ("西梁瞭望塔", "hills2:109.45", 2, 2)]),
    ("flood_section", "section", [
        ("三岔口险工", "@三岔口险工", None, None), ("打不素险工", "bank:109.868", None, None), ("新河口控导工程", "bank:109.70", None, None),
        ("西滩堤段", "bank:109.56", None, None), ("东坝控导工程", "bank:109.96", None, None), ("渠口堤段", "bank:109.46", None, None)]),
    ("reservoir", "reservoir", [
        ("哈德门沟塘坝", "hills:109.670", 320, None), ("梅力更水库", "hills:109.520", 860, None), ("东沟塘坝", "hills:110.010", 180, None),
        ("滩区蓄滞水塘", "fields", 90, None)]),
    ("camera", "camera", [
        ("园区北门球机", "@园区北门", None, None), ("园区东路球机", "化工园区", None, None), ("罐区高点一号", "化工园区", None, None), ("罐区高点二号", "化工园区", None, None),
        ("三岔口堤顶球机", "bank:109.776", None, None), ("打不素堤顶球机", "bank:109.872", None, None), ("昭君岛全景", "bank:109.69", None, None),
        ("哈德门沟口球机", "hills:109.674", None, None), ("梅力更沟口球机", "hills:109.53", None, None), ("山前草场云台", "hills:109.61", None, None),
        ("建设路下穿", "沙河街道", None, None), ("九原站广场", "@九原站", None, None), ("汽车站广场", "@汽车站", None, None),
        ("物流园区门岗", "物流园区", None, None), ("新村路口", "新村街道", None, None), ("东兴大道路口", "东兴街道", None, None)]),
    ("loudspeaker", "speaker", [
        *((f"{name}应急广播", name, None, None) for name in QUARTERS + TOWNS), ("园区应急广播东", "化工园区", None, None), ("园区应急广播西", "化工园区", None, None),
        ("三岔口应急广播", "bank:109.768", None, None), ("打不素应急广播", "bank:109.864", None, None)]),
]

FACTS = {"三岔口险工": {"length_m": 1850, "last_breach": "无", "tongs": 14, "guard_posts": 4}, "打不素险工": {"length_m": 1320, "tongs": 9, "guard_posts": 3}}

# What is at work at the start, see incidents.py, or not fit to be sent.
OUT = {15: "resting", 33: "out_of_service", 43: "resting"}

ORGANISATIONS = [
    ("区委值班室", "党政值班", "@九原区政府"), ("区政府总值班室", "党政值班", "@九原区政府"), ("市应急局值班室", "上级值班", None), ("市政府总值班室", "上级值班", None),
    ("自治区应急厅值班室", "上级值班", None), ("市防汛抗旱指挥部办公室", "上级值班", None), ("市森林草原防灭火指挥部办公室", "上级值班", None), ("市委总值班室", "上级值班", None),
    ("区应急管理局", "区级部门", "@应急指挥中心"), ("区应急指挥中心", "区级部门", "@应急指挥中心"), ("区公安分局", "区级部门", "赛罕街道"), ("区交警大队", "区级部门", "沙河街道"),
    ("区消防救援大队", "区级部门", "沙河街道"), ("区人武部", "军队", "萨如拉街道"), ("区水务局", "区级部门", "萨如拉街道"), ("区林草分局", "区级部门", "赛罕街道"),
    ("区生态环境分局", "区级部门", "白音街道"), ("区卫生健康委", "区级部门", "白音街道"), ("区气象局", "区级部门", "@气象站"), ("区交通运输局", "区级部门", "东兴街道"),
    ("区发展改革委", "区级部门", "@九原区政府"), ("区工信局", "区级部门", "@九原区政府"), ("区委宣传部", "区级部门", "@九原区政府"), ("区委网信办", "区级部门", "@九原区政府"),
    ("区民政局", "区级部门", "萨如拉街道"), ("区教育局", "区级部门", "赛罕街道"), ("区住建局", "区级部门", "萨如拉街道"), ("区农牧局", "区级部门", "白音街道"),
    ("区总工会", "区级部门", "白音街道"), ("区人社局", "区级部门", "白音街道"), ("区检察院", "区级部门", "赛罕街道"), ("区融媒体中心", "区级部门", "赛罕街道"),
    ("化工园区管委会", "园区", "化工园区"), ("麻池镇人民政府", "属地", "麻池镇"), ("哈林格尔镇人民政府", "属地", "哈林格尔镇"), ("哈业胡同镇人民政府", "属地", "哈业胡同镇"),
    ("阿嘎如泰苏木政府", "属地", "阿嘎如泰苏木"), ("新村街道办", "属地", "新村街道"), ("沙河街道办", "属地", "沙河街道"), ("赛罕街道办", "属地", "赛罕街道"),
    ("白音街道办", "属地", "白音街道"), ("萨如拉街道办", "属地", "萨如拉街道"), ("东兴街道办", "属地", "东兴街道"), ("供电公司", "公用企业", "萨如拉街道"),
    ("燃气公司", "公用企业", "白音街道"), ("通信企业联合", "公用企业", "新村街道"), ("市急救中心九原分站", "医疗", "@区医院"), ("红柳救援志愿协会", "社会组织", "沙河街道"),
]


def place_of(land, where, apart=160):
    if where == "fields":
        return land.fields()
    if isinstance(where, tuple):
        return land.at(*where)
    if where.startswith("@"):
        return land.spot(where[1:])
    kind, _, lon = where.partition(":")
    if kind == "bank":
        return land.bank(float(lon))
    if kind == "hills":
        return land.hills(float(lon))
    if kind == "hills2":
        return land.hills(float(lon), 1)
    return land.within(where, apart)


def words_of(where):
    if isinstance(where, tuple):
        where = where[0]
    if where.startswith("@"):
        return where[1:]
    kind, _, lon = where.partition(":")
    return {"bank": "沿黄公路以南河堤", "hills": "山前", "hills2": "山上", "fields": "滩区"}.get(kind, where)


class Made:
    def __init__(self):
        self.centre, self.organisations, self.forces, self.stock, self.fixed = [], [], [], [], []
        self.by_name = {}
        self.crowd = None

    def add(self, group, kind, id, fields):
        entity = {"kind": kind, "id": id, "fields": fields}
        group.append(entity)
        if "name" in fields:
            self.by_name.setdefault(fields["name"], entity)
        return entity

    def place(self, name):
        return self.by_name[name]["fields"]["location"]

    def id(self, name):
        return self.by_name[name]["id"]


def common(name, organisation, where, location, area, contacts, note=None):
    fields = {"name": name, "organisation": organisation, "place": words_of(where), "location": location, "area": area,
              "contacts": contacts, "source": SOURCE, "checked_at": "now-12d"}
    if note:
        fields["note"] = note
    return fields


def make_forces(made, land, crowd, rng):
    for i, (name, nature, organisation, able, strength, ready, vehicles, where, equipment) in enumerate(TEAMS, 1):
        contacts = [dict(crowd.contact("队长", organisation)), {"name": "值班室", "post": "24小时值班", "phone": crowd.line()}]
        fields = common(name, organisation, where, place_of(land, where), "九原区", contacts)
        fields.update(nature=nature, state=OUT.get(i, "standby"), capabilities=able.split(), strength=strength, readiness_minutes=ready,
                      equipment=equipment, vehicles=vehicles)
        made.add(made.forces, "team", f"team-{i:03d}", fields)
    for i, (id, name, type, team, able, where, video) in enumerate(UNITS, 1):
        organisation = TEAMS[team - 1][2] if team else "区应急指挥中心"
        home = made.forces[team - 1]["fields"] if team else None
        location = land.beside(home["location"], 45) if where is None else place_of(land, where, 60)
        fields = common(name, organisation, where or home["place"], location, "九原区", [dict(crowd.contact("车组长", organisation))])
        fields.update(type=type, state="standby", crew=[crowd.name() for _ in range(1 if type in ("drone", "body_camera") else 3)],
                      capabilities=able.split(), readiness_minutes=5)
        if team:
            fields["team"] = f"team-{team:03d}"
        if type not in ("drone", "body_camera"):
            fields["plate"] = f"蒙B·示{i:03d}"
        if video:
            fields["video"] = VIDEO + id
        made.add(made.forces, "unit", id, fields)
    for p, (name, speciality, places, finer) in enumerate(POOLS, 1):
        organisation = "区应急管理局"
        made.add(made.forces, "pool", f"pool-{p}", {"name": name + "专家库", "speciality": speciality,
                                                    "contacts": [dict(crowd.contact("专家库联络员", organisation))]})
        for e in range(1, 9):
            where = rng.choice(QUARTERS) if e > 2 else rng.choice(["化工园区", "麻池镇", "装备园区", "东兴街道"])
            person = crowd.person("专家", rng.choice(places), name + "专家")
            contacts = [{"name": person["name"], "post": "本人", "phone": person["mobile"]}]
            fields = common(person["name"], person["organisation"], where, place_of(land, where, 60), "九原区", contacts)
            del fields["place"]
            more = rng.sample(finer, min(len(finer), rng.randint(0, 2)))
            if e <= len(finer):
                more = sorted({*more, finer[e - 1]})
            on_call = rng.random() < 0.4 or e == 1
            fields.update(pool=f"pool-{p}", specialities=[speciality, *more], title=rng.choice(["正高级工程师", "高级工程师", "教授", "主任医师", "研究员"]
                          if speciality == "expert.medical" else ["正高级工程师", "高级工程师", "教授", "研究员"]),
                          languages=["汉语"] + (["蒙古语"] if rng.random() < 0.3 else []), on_call=on_call,
                          state="standby" if on_call or rng.random() < 0.8 else "resting", readiness_minutes=rng.choice([10, 20, 30, 60]))
            made.add(made.forces, "expert", f"expert-{p}{e:02d}", fields)


def make_firms(made, land, crowd):
    for i, (name, branch, staff, where) in enumerate(FIRMS, 1):
        contacts = [dict(crowd.contact("主要负责人", name)), dict(crowd.contact("安全总监", name)),
                    {"name": "调度室", "post": "24小时值班", "phone": crowd.line()}]
        fields = common(name, name, where, place_of(land, where), words_of(where), contacts)
        fields.update(branch=branch, staff=staff, plan_filed=i % 6 != 0)
        made.add(made.fixed, "firm", f"firm-{i:02d}", fields)
    for i, (name, level, firm, substance, un, tonnes, safety) in enumerate(HAZARDS, 1):
        area, across, up = FIRMS[firm - 1][3]
        step = (i % 3 - 1) * 0.035
        where = (area, min(0.97, max(0.03, across + step)), min(0.95, max(0.05, up + (0.05 if i % 2 else -0.05))))
        owner = made.by_name[FIRMS[firm - 1][0]]
        fields = common(name, FIRMS[firm - 1][0], where, place_of(land, where), area, owner["fields"]["contacts"][-1:])
        fields.update(level=level, firm=owner["id"], substance=substance, un_number=un, amount_t=tonnes,
                      safety_data=safety + "（摘要，以企业安全技术说明书为准）")
        made.add(made.fixed, "hazard_source", f"hazard-{i:02d}", fields)


def make_fixed(made, land, crowd):
    for kind, stem, rows in FIXED:
        for i, (name, where, capacity, free) in enumerate(rows, 1):
            location = place_of(land, where, 90)
            keeper = {"hospital": "院总值班", "fire_station": "通信室", "flood_section": "险工责任人", "reservoir": "塘坝责任人"}.get(kind, "管理员")
            fields = common(name, words_of(where), where, location, words_of(where), [dict(crowd.contact(keeper, name))])
            del fields["organisation"]
            if capacity is not None:
                fields["capacity"] = capacity
            if free is not None:
                fields["free"] = free
            if name in FACTS:
                fields["facts"] = FACTS[name]
            made.add(made.fixed, kind, f"{stem}-{i:02d}", fields)


def make_depots(made, land, crowd, rng):
    for i, (name, tier, where, ready, profile) in enumerate(items.DEPOTS, 1):
        contacts = [dict(crowd.contact("保管员", name)), {"name": "值班室", "post": "24小时值班", "phone": crowd.line()}]
        fields = common(name, items.KEEPERS[tier], where, place_of(land, where), words_of(where), contacts)
        fields.update(tier=tier, readiness_minutes=ready)
        made.add(made.forces, "depot", f"depot-{i:02d}", fields)
        items.stock(made, rng, f"depot-{i:02d}", tier, profile)


def make(land, crowd, seed):
    rng = random.Random(seed + 2)
    made = Made()
    made.crowd = crowd
    made.add(made.centre, "centre", "centre", {
        "name": "九原区应急指挥中心", "district": "九原区", "adcode": "150207", "south_west": list(SOUTH_WEST), "north_east": list(NORTH_EAST),
        "location": land.spot("应急指挥中心"), "phone": crowd.line(), "demonstration": True})
    lines = {}
    for i, (name, type, where) in enumerate(ORGANISATIONS, 1):
        lines[name] = crowd.line()
        contacts = [{"name": "值班室", "post": "24小时值班", "phone": lines[name]}]
        fields = {"name": name, "type": type, "contacts": contacts, "source": SOURCE, "checked_at": "now-12d"}
        if where:
            fields["place"] = words_of(where)
            fields["location"] = place_of(land, where, 60)
        made.add(made.organisations, "organisation", f"org-{i:02d}", fields)
    for name, post in (("区委值班室", "值班员"), ("区政府总值班室", "值班员"), ("区公安分局", "指挥室主任"), ("区消防救援大队", "指挥室主任")):
        crowd.contact(post, name)
    make_firms(made, land, crowd)
    make_forces(made, land, crowd, rng)
    make_fixed(made, land, crowd)
    make_depots(made, land, crowd, rng)
    return made
