# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invented persons and numbers that ring nowhere."""

import random

SURNAMES = list("陆孟齐贺郝申云白卢岳秦康邵祁裴傅鲁殷柴管甄骆沈温季隋柏池柯凌燕寇雍褚耿阎桑艾庄谷伊仇葛颜单席尹戚尚") + ["欧阳", "呼延", "慕容"]
GIVEN = ("云川 敬之 树勋 定远 景行 国柱 砚秋 牧之 晓禾 立言 若溪 远航 承泽 知夏 念祖 思源 长青 北辰 秋实 春生 守义 明达 怀瑾 广陵 "
         "一鸣 子衿 青禾 望舒 修远 鸿图 乐天 志坚 文澜 雨桐 静怡 素心 海棠 梦溪 书瑶 采薇 雪松 向阳 建章 永昌 大川 小满 立冬 "
          "谷雨 霜降 白露 南星 半夏 松涛 竹君 江月 溪亭 疏影 暮云 晴川 听雨 问渠 观澜").split()
MONGOLIAN = [a + b for a in ("巴图", "乌兰", "苏日", "那顺", "朝鲁", "宝音", "阿拉坦", "敖登", "布和", "查干")
             for b in ("其其格", "巴雅尔", "孟和", "图雅", "吉日嘎拉")]

# Post, organisation, role in the plans
LEADERS = [
    ("区长", "九原区人民政府", "危化、防汛、森防指挥部总指挥"),
    ("分管副区长", "九原区人民政府", "危化、防汛、森防指挥部副总指挥"),
    ("局长", "区应急管理局", "各指挥部办公室主任"),
    ("副局长", "区应急管理局", "综合协调组"),
    ("局长", "区公安分局", "危化指挥部副总指挥"),
    ("大队长", "区消防救援大队", "危化指挥部副总指挥、抢险救援组组长"),
    ("部长", "区人武部", "防汛指挥部副总指挥、军地联络"),
    ("局长", "区水务局", "防汛监测预警组、专家技术组组长"),
    ("局长", "区林草分局", "森防抢险救援组组长"),
    ("局长", "区生态环境分局", "危化环境监测组组长"),
    ("主任", "区卫生健康委", "医疗救护组组长"),
    ("局长", "区气象局", "气象保障"),
    ("大队长", "区交警大队", "警戒交管"),
    ("局长", "区交通运输局", "交通保障"),
    ("主任", "区发展改革委", "物资通信组组长"),
    ("局长", "区工信局", "通信保障组组长"),
    ("部长", "区委宣传部", "新闻舆情组组长"),
    ("局长", "区民政局", "安置救助"),
    ("局长", "区教育局", "校园转移"),
    ("局长", "区住建局", "城市排涝"),
    ("主任", "化工园区管委会", "疏散安置组、园区联动"),
    ("镇长", "麻池镇人民政府", "属地转移安置"),
    ("镇长", "哈林格尔镇人民政府", "属地转移安置"),
    ("镇长", "哈业胡同镇人民政府", "属地转移安置"),
    ("苏木达", "阿嘎如泰苏木政府", "属地防灭火"),
    ("办事处主任", "新村街道办", "属地疏散"),
    ("办事处主任", "沙河街道办", "属地疏散"),
    ("办事处主任", "东兴街道办", "属地疏散"),
]

ROSTER = [("带班领导", "区应急管理局"), ("值班长", "区应急指挥中心"), ("值班员", "区应急指挥中心"), ("值班员（副班）", "区应急指挥中心"),
          ("协调调度", "区应急指挥中心"), ("综合信息", "区应急指挥中心"), ("技术保障", "区应急指挥中心")]

RURAL = ["网格员", "灾害信息员", "护林员", "巡堤员", "村委会主任"]


class Crowd:
    def __init__(self, seed):
        self.rng = random.Random(seed + 1)
        self.used = set()
        self.lines = 0
        self.mobiles = 0
        self.persons = []
        self.leaders = {}
        for post, organisation, role in LEADERS:
            self.leaders[organisation + post] = self.person(post, organisation, role)
        self.watch = [(post, self.person(post.split("(")[0], organisation, "应急值守")) for post, organisation in ROSTER]
        self.relief = [(post, self.person(post.split("(")[0], organisation, "应急值守")) for post, organisation in ROSTER]
        for town in ("麻池镇", "哈林格尔镇", "哈业胡同镇", "阿嘎如泰苏木"):
            for post in RURAL:
                self.person(post, town, "基层报告与转移")

    def name(self):
        while True:
            name = self.rng.choice(MONGOLIAN) if self.rng.random() < 0.1 else self.rng.choice(SURNAMES) + self.rng.choice(GIVEN)
            if name not in self.used:
                self.used.add(name)
                return name

    def line(self):
        """A fixed line of the block that is kept for invention; beyond a hundred, with an extension."""
        number = f"0472-555-01{self.lines % 100:02d}"
        if self.lines >= 100:
            number += f" 转8{self.lines:03d}"
        self.lines += 1
        return number

    def mobile(self):
        self.mobiles += 1
        return f"100-0000-{self.mobiles:04d}"

    def person(self, post, organisation, role=None):
        person = {"name": self.name(), "post": post, "organisation": organisation, "mobile": self.mobile()}
        if role:
            person["plan_role"] = role
        self.persons.append(person)
        return person

    def contact(self, post, organisation):
        """Somebody of an organisation, in the directory too."""
        person = self.person(post, organisation)
        return {"name": person["name"], "post": post, "phone": person["mobile"]}

    def leader(self, key):
        return self.leaders[key]

    def on_watch(self, post):
        return next(person["name"] for at, person in self.watch if at == post)

    def duty_roster(self):
        def shift(id, starts, ends, roster):
            return {"kind": "shift", "id": id, "fields": {"starts": starts, "ends": ends, "posts": [
                {"post": post, "person": person["name"], "phone": person["mobile"]} for post, person in roster]}}
        return [shift("shift-today", "now-9h", "now+15h", self.watch), shift("shift-next", "now+15h", "now+39h", self.relief)]

    def directory(self):
        return [{"kind": "person", "id": f"person-{i:03d}", "fields": person} for i, person in enumerate(self.persons, 1)]
