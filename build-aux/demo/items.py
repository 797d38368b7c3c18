# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The district's stores and what lies in them. Item codes are our own, not those of GB/T 38565."""

KEEPERS = {"district": "区应急管理局", "township": "属地苏木镇", "commercial": "商贸储备企业", "capacity": "产能储备企业", "social": "社会储备单位"}

# name, tier, where, minutes, profile
DEPOTS = [
    ("区应急物资中心库", "district", "萨如拉街道", 15, "all"), ("区防汛物资库", "district", "@防凌物资点", 20, "flood"),
    ("区森防物资库", "district", "hills:109.70", 20, "wildfire"), ("园区危化物资库", "district", "化工园区", 10, "hazmat"),
    ("区救灾物资库", "district", "白音街道", 20, "relief"),
    ("麻池镇物资点", "township", "麻池镇", 30, "town"), ("哈林格尔镇物资点", "township", "哈林格尔镇", 30, "town"), ("哈业胡同镇物资点", "township", "哈业胡同镇", 30, "town"),
    ("阿嘎如泰苏木物资点", "township", "阿嘎如泰苏木", 30, "town wildfire"), ("三岔口险工料场", "township", "bank:109.774", 20, "flood"),
    ("打不素险工料场", "township", "bank:109.870", 20, "flood"), ("新村街道物资点", "township", "新村街道", 30, "town"), ("沙河街道物资点", "township", "沙河街道", 30, "town"),
    ("东兴街道物资点", "township", "东兴街道", 30, "town"), ("山前森防前置点", "township", "hills:109.62", 20, "wildfire"),
    ("惠民商贸配送中心", "commercial", "物流园区", 40, "relief"), ("东门建材市场储备点", "commercial", "东兴街道", 60, "flood"),
    ("九原药品配送中心", "commercial", "白音街道", 40, "medical"), ("长河冷链食品储备点", "commercial", "物流园区", 60, "relief"), ("塞上劳保储备点", "commercial", "沙河街道", 60, "hazmat"),
    ("通源发电设备租赁站", "capacity", "物流园区", 60, "power"), ("铁马铸造机械储备点", "capacity", "装备园区", 90, "power flood"),
    ("胡杨帐篷厂产能储备", "capacity", "装备园区", 120, "relief"), ("九原防护用品厂产能储备", "capacity", "装备园区", 120, "hazmat"),
    ("红柳救援志愿协会装备库", "social", "沙河街道", 60, "rescue"), ("草原风志愿服务物资点", "social", "赛罕街道", 60, "relief"),
    ("区红十字会备灾点", "social", "赛罕街道", 60, "medical relief"),
]

# name, unit, usual quantity in a district store, years it keeps (0: does not age)
ITEMS = {
    "flood": [
        ("编织袋", "条", 30000, 3), ("麻袋", "条", 6000, 4), ("铅丝笼", "个", 900, 10), ("铅丝", "t", 12, 8), ("块石", "m³", 2200, 0), ("碎石", "m³", 800, 0), ("砂料", "m³", 900, 0),
        ("土工布", "m²", 6000, 5), ("土工膜", "m²", 5000, 5), ("彩条布", "m²", 9000, 4), ("木桩", "根", 1500, 5), ("钢管", "根", 600, 0), ("冲锋舟", "艘", 4, 8), ("橡皮艇", "艘", 6, 6),
        ("船外机", "台", 5, 8), ("救生衣", "件", 400, 5), ("救生圈", "个", 150, 5), ("抛投器", "套", 8, 6), ("查险灯", "盏", 120, 4), ("巡堤手电", "只", 200, 3), ("铁锹", "把", 500, 0),
        ("打桩机", "台", 4, 10), ("潜水泵", "台", 20, 8), ("移动泵车", "台", 2, 10), ("防汛吨袋", "条", 2000, 3), ("挡水板", "m", 600, 8), ("围井围板", "套", 20, 8), ("测冰雷达", "台", 1, 8),
        ("破冰锥", "把", 60, 0)],
    "wildfire": [
        ("风力灭火机", "台", 60, 6), ("二号工具", "把", 260, 5), ("水枪背囊", "具", 120, 5), ("扑火服", "套", 160, 5), ("阻燃头盔", "顶", 160, 5), ("扑火手套", "双", 300, 3),
        ("防烟口罩", "只", 1200, 3), ("高扬程水泵", "台", 8, 8), ("消防水带", "m", 4000, 6), ("软体水囊", "个", 12, 6), ("油锯", "台", 20, 6), ("割灌机", "台", 16, 6),
        ("点火器", "支", 20, 4), ("灭火弹", "枚", 300, 3), ("铁扫把", "把", 200, 0), ("耙子", "把", 200, 0), ("油桶", "个", 60, 0), ("急救背囊", "个", 20, 3), ("火场指挥旗", "面", 20, 0)],
    "hazmat": [
        ("正压式空气呼吸器", "套", 60, 8), ("空呼备用气瓶", "只", 80, 8), ("重型防化服", "套", 30, 6), ("轻型防化服", "套", 80, 5), ("防化手套", "双", 200, 4), ("防化靴", "双", 120, 5),
        ("过滤式防毒面具", "具", 600, 5), ("滤毒罐（综合）", "只", 1200, 3), ("滤毒罐（氨）", "只", 600, 3), ("逃生呼吸器", "具", 400, 4), ("堵漏工具组", "组", 8, 8), ("磁压堵漏器", "套", 4, 8),
        ("木楔堵漏套装", "套", 12, 5), ("便携式有毒气体检测仪", "台", 24, 4), ("可燃气体检测仪", "台", 24, 4), ("防爆对讲机", "部", 40, 5), ("防爆照明灯", "盏", 60, 5), ("洗消帐篷", "顶", 4, 6),
        ("洗消液", "L", 1200, 2), ("输转泵", "台", 4, 8), ("移动水幕发生器", "台", 10, 8), ("围油栏", "m", 400, 6), ("吸油毡", "箱", 120, 4), ("活性炭", "t", 8, 3), ("消石灰", "t", 24, 2),
        ("干粉灭火剂", "t", 6, 4), ("抗溶泡沫液", "t", 20, 6), ("烧碱溶液", "t", 10, 2), ("警戒带", "卷", 300, 0), ("风向袋", "个", 20, 4), ("收容桶", "个", 60, 0)],
    "relief": [
        ("单帐篷", "顶", 260, 8), ("棉帐篷", "顶", 120, 8), ("折叠床", "张", 900, 8), ("棉被", "床", 1600, 8), ("毛毯", "条", 800, 8), ("棉大衣", "件", 900, 8), ("睡袋", "个", 500, 8),
        ("防潮垫", "张", 1200, 6), ("瓶装饮用水", "箱", 800, 1), ("方便食品", "箱", 600, 1), ("压缩饼干", "箱", 300, 3), ("火腿肠", "箱", 200, 1), ("大米", "t", 12, 1), ("面粉", "t", 10, 1),
        ("食用油", "桶", 400, 2), ("婴儿用品包", "份", 120, 2), ("妇女用品包", "份", 200, 3), ("洗漱包", "份", 800, 3), ("取暖炉", "台", 150, 8), ("无烟煤", "t", 30, 0), ("移动厕所", "座", 12, 8),
        ("手电筒", "只", 600, 3), ("蜡烛", "箱", 20, 5), ("塑料桶", "个", 400, 0), ("净水设备", "套", 4, 6), ("炊事单元", "套", 3, 8), ("场地照明", "套", 10, 8)],
    "medical": [
        ("急救箱", "个", 120, 3), ("担架", "副", 80, 8), ("颈托", "个", 120, 5), ("夹板", "套", 200, 5), ("医用氧气瓶", "瓶", 60, 4), ("便携呼吸机", "台", 8, 8), ("除颤仪", "台", 10, 6),
        ("烧伤敷料", "包", 600, 3), ("止血带", "条", 600, 4), ("生理盐水", "箱", 300, 2), ("葡萄糖注射液", "箱", 200, 2), ("解毒剂（氰化物）", "支", 120, 2), ("阿托品", "支", 800, 2),
        ("医用口罩", "箱", 200, 2), ("防护服（医用）", "套", 1200, 2), ("消毒液", "桶", 400, 2), ("洗眼液", "瓶", 400, 2), ("雾化器", "台", 20, 6), ("医用手套", "箱", 120, 3), ("裹尸袋", "个", 60, 5)],
    "power": [
        ("发电机", "台", 24, 10), ("发电车", "辆", 3, 10), ("移动照明灯塔", "台", 12, 10), ("电缆", "m", 4000, 10), ("配电箱", "台", 30, 10), ("柴油", "t", 20, 1), ("汽油", "t", 8, 1),
        ("油料罐车", "辆", 2, 10), ("挖掘机", "台", 6, 0), ("装载机", "台", 6, 0), ("自卸车", "辆", 10, 0), ("吊车", "辆", 2, 0), ("平板拖车", "辆", 4, 0), ("空压机", "台", 8, 10)],
    "rescue": [
        ("绳索套装", "套", 30, 5), ("安全带", "条", 60, 5), ("液压剪扩器", "台", 6, 10), ("手动破拆工具", "套", 12, 10), ("生命探测仪", "台", 2, 8), ("顶撑套装", "套", 6, 10),
        ("卫星电话", "部", 8, 8), ("对讲机", "部", 60, 5), ("中继台", "台", 2, 8), ("救援头盔", "顶", 80, 5), ("橡皮艇", "艘", 4, 6), ("救生衣", "件", 120, 5), ("潜水装具", "套", 4, 6),
        ("急救包", "个", 80, 3), ("拖车绳", "条", 30, 8)],
    "command": [
        ("卫星电话", "部", 12, 8), ("对讲机", "部", 80, 5), ("中继台", "台", 3, 8), ("便携卫星站", "套", 2, 8), ("布控球", "台", 8, 5), ("无人机", "架", 4, 4), ("无人机电池", "块", 40, 2),
        ("扩音器", "个", 40, 5), ("手摇警报器", "台", 20, 8), ("警示灯", "盏", 80, 5), ("指挥帐篷", "顶", 4, 8), ("反光背心", "件", 600, 4)],
}

PROFILES = {
    "all": ["flood", "wildfire", "hazmat", "relief", "medical", "power", "rescue", "command"], "flood": ["flood", "command"], "wildfire": ["wildfire", "command"],
    "hazmat": ["hazmat", "command"], "relief": ["relief", "medical"], "town": ["flood", "relief", "rescue", "command", "wildfire"], "medical": ["medical"],
    "power": ["power", "command"], "rescue": ["rescue", "medical", "command"],
}

SHARE = {"district": 1.0, "township": 0.18, "commercial": 0.7, "capacity": 0.6, "social": 0.25}
LOTS = {"district": 3, "township": 2, "commercial": 2, "capacity": 2, "social": 2}

CODES = {}
for _stem, (_group, _rows) in enumerate(ITEMS.items(), 1):
    for _n, _row in enumerate(_rows, 1):
        CODES.setdefault(_row[0], f"JY{_stem}{_n:02d}")


def stock(made, rng, depot, tier, profile):
    """Fills a store: one line a lot, some under their minimum, some about to expire or expired."""
    rows, seen = [], set()
    for word in profile.split():
        for group in PROFILES[word]:
            for row in ITEMS[group]:
                if row[0] not in seen:
                    seen.add(row[0])
                    rows.append((group, row))
    for group, (name, unit, usual, years) in rows:
        main = group in profile.split() or profile == "all" or group in PROFILES[profile.split()[0]][:1]
        if not main and rng.random() < 0.25:
            continue
        lots = rng.randint(1, LOTS[tier]) if main and years else 1
        total = usual * SHARE[tier] * (1.0 if main else 0.3) * rng.uniform(0.7, 1.4)
        whole = unit not in ("t", "m³")
        minimum = max(1, round(total / lots * rng.uniform(0.4, 0.8))) if whole else round(total / lots * 0.5, 1)
        for lot in range(lots):
            amount = total / lots * rng.uniform(0.6, 1.4)
            if rng.random() < 0.06:
                amount = minimum * rng.uniform(0.2, 0.8)
            amount = max(1, round(amount)) if whole else max(0.5, round(amount, 1))
            age = rng.randint(20, max(60, int((years or 6) * 365 * 0.9)))
            fields = {"depot": depot, "code": CODES[name], "name": name, "unit": unit, "lot": f"批{lot + 1:02d}-{rng.randint(100, 999)}", "quantity": amount,
                      "minimum": minimum, "made": f"now-{age}d", "shelf": f"{rng.choice('甲乙丙丁')}{rng.randint(1, 9)}-{rng.randint(1, 24):02d}"}
            if years:
                left = years * 365 - age
                turn = rng.random()
                if turn < 0.03:
                    left = -rng.randint(2, 60)
                elif turn < 0.09:
                    left = rng.randint(3, 28)
                fields["expires"] = f"now{left:+d}d"
            made.add(made.stock, "stock", f"stock-{len(made.stock) + 1:04d}", fields)
