# SPDX-FileCopyrightText: The Watchfire authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four incidents in different states, as the commands that made them."""

from .places import mappack, metres

RECIPIENTS = ("区委值班室", "区政府总值班室", "市应急局值班室")


class Story:
    """Commands of one incident; times are seconds before now."""

    def __init__(self, name, made, commands):
        self.incident = "incident-demo-" + name
        self.name = name
        self.made = made
        self.commands = commands
        self.place = None
        self.orders = 0
        self.logs = 0
        self.watch = made.crowd.on_watch

    def do(self, ago, type, /, **payload):
        self.commands.append((ago, type, payload))

    def tell(self, ago, type, /, **payload):
        self.do(ago, type, incident=self.incident, **payload)

    def report(self, ago, title, place, location, caller, summary, **more):
        self.place = location
        self.tell(ago, "incident.report", title=title, place=place, location=location, t0=when(ago), caller=caller, summary=summary, **more)

    def log(self, ago, kind, text, with_=None, recording=None):
        self.logs += 1
        payload = {"log": f"log-{self.name}-{self.logs:02d}", "kind": kind, "text": text, "person": self.watch("值班员")}
        if with_:
            payload["with"] = with_
        if recording:
            payload["recording"] = recording
        self.tell(ago, "log.add", **payload)

    def task(self, ago, code, by, text=None, done=True, **result):
        if text:
            result["text"] = text
        payload = {"task": f"@task:{self.incident}:{code}", "result": result, "by": by}
        if done:
            payload["done"] = True
        self.do(ago, "task.feedback", **payload)

    def acknowledge(self, ago, code, by):
        self.do(ago, "task.acknowledge", task=f"@task:{self.incident}:{code}", by=by)

    def send(self, ago, recipient, medium, taken_by, text=None, title=None, recording=None):
        payload = {"report": f"@report:{self.incident}:{recipient}:{medium}", "taken_by": taken_by, "sent_by": self.watch("值班员")}
        if title:
            payload["title"] = title
        if text:
            payload["text"] = text
        if recording:
            payload["recording"] = recording
        self.do(ago, "report.send", **payload)

    def first_reports(self, phones, writings, title, text):
        for recipient, ago, taken_by, recording in phones:
            self.send(ago, recipient, "phone", taken_by, recording=recording)
        for recipient, ago, taken_by in writings:
            self.send(ago, recipient, "written", taken_by, text, title)

    def order(self, ago, name, kind, text, rendezvous, where, steps=(), taken_by=None, items=None):
        """An order to the force of that name; steps are (seconds before now, step, place or None)."""
        force = self.made.by_name[name]
        self.orders += 1
        id = f"order-{self.name}-{self.orders:02d}"
        payload = {"order": id, "kind": kind, "force_kind": force["kind"], "force": force["id"], "text": text, "rendezvous": rendezvous,
                   "rendezvous_text": where, "distance_m": round(metres(force["fields"]["location"], rendezvous))}
        if taken_by:
            payload["taken_by"] = taken_by
        if items:
            payload["items"] = items
        self.tell(ago, "order.issue", **payload)
        head = force["fields"]["contacts"][0]["name"]
        for at, step, place in steps:
            payload = {"order": id, "step": step, "by": head}
            if place:
                payload["location"] = place
            self.do(at, "order.step", **payload)

    def stock(self, depot, item, quantity):
        """The fullest lot of an item in a store."""
        lots = [e for e in self.made.stock if e["fields"]["depot"] == self.made.id(depot) and e["fields"]["name"] == item]
        lot = max(lots, key=lambda e: e["fields"]["quantity"])
        if lot["fields"]["quantity"] < quantity:
            raise RuntimeError(f"{depot} has only {lot['fields']['quantity']} of {item}")
        return {"stock": lot["id"], "quantity": quantity}


def when(ago):
    if ago % 60:
        return f"now-{ago}s"
    return f"now-{ago // 60}m" if ago else "now"


def spread(base, up, right):
    """A place so many metres north and east of another."""
    return [round(base[0] + right / 84300, 5), round(base[1] + up / 111195, 5)]


def approval(ago, requested_by, approved_by, post, words, recording):
    return {"way": "phone", "requested_by": requested_by, "approved_by": approved_by, "post": post, "at": when(ago), "words": words,
            "read_back": True, "recording": recording}


def people(deaths, missing, trapped, serious, light, source, ago):
    return {"deaths": deaths, "missing": missing, "trapped": trapped, "serious": serious, "light": light, "source": source, "at": when(ago)}


def moved(due, done, source, ago, **more):
    return {"due": due, "done": done, **more, "source": source, "at": when(ago)}


def flood(made, commands):
    s = Story("dike", made, commands)
    leader = made.crowd.leader
    site = made.place("三岔口险工")
    chief, deputy = leader("区应急管理局局长")["name"], leader("九原区人民政府分管副区长")["name"]
    water = leader("区水务局局长")["name"]
    duty = s.watch("值班员")
    patrol = made.by_name["三岔口险工"]["fields"]["contacts"][0]
    s.report(13260, "三岔口险工坍岸", "三岔口险工8号坝下首", site,
             {"name": patrol["name"], "phone": patrol["phone"], "unit": "三岔口险工巡堤组", "line": "防汛值班电话", "recording": "0391"},
             "巡堤发现8号坝下首坍岸约60米，根石走失，滩地水边线后退，暂无人员伤亡。", **{
                 "category": "natural", "class": "natural.dike", "actions_taken": "已撤出坝面人员，插旗警戒。",
                 "casualties": people(0, 0, 0, 0, 0, "三岔口险工巡堤组", 13260), "facts": {"danger_sites": 1, "flow_m3s": 2140, "flow_rising": True}})
    s.log(13230, "call", "三岔口险工巡堤组来电报告8号坝下首坍岸", patrol["name"], "0391")
    s.task(13140, "G01", duty, "三岔口险工8号坝坍岸约60米，无伤亡，巡堤组已警戒。")
    s.task(13020, "G03", duty, "带班领导指示：先派一队上堤，通知水务局和麻池镇。")
    s.order(12960, "区防汛抢险专业队一队", "directive", "赶赴三岔口8号坝，抛石护脚，先固根再护坡。", spread(site, 240, -180), "三岔口堤顶管护房（背水侧）",
            [(12840, "acknowledged", None), (12000, "under_way", None), (10800, "on_scene", spread(site, 60, -40)), (10200, "working", spread(site, 20, 10))])
    s.task(12900, "G04", s.watch("值班长"), "已派防汛抢险一队、麻池镇巡堤人员，集结点三岔口管护房。")
    s.tell(12840, "incident.verify", outcome="true", source="区水务局值班室、三岔口堤顶球机", by=duty, text="堤顶球机可见坍岸段，水务局值班员到场确认。")
    s.task(12820, "G02", duty, "属实，区水务局与视频双重核实。")
    s.task(12780, "G08", s.watch("综合信息"), "险工断面图、近三日水情和责任人名册已推送抢险一队、水务局。")
    s.first_reports([("区委值班室", 12600, "区委值班员", "0392"), ("区政府总值班室", 12540, "区政府值班员", "0393"), ("市应急局值班室", 12480, "市局值班员", "0394")], [],
                    None, None)
    s.task(12470, "G05", duty, "三处均已报到人。", pair_due=3, pair_done=3)
    s.task(12420, "G09", s.watch("带班领导"), "已出发，预计40分钟到场。", location=spread(made.place("区应急管理局"), -300, 100))
    s.tell(12360, "incident.facts", facts={"danger_sites": 2, "dike_soaked_km": 2.3})
    s.tell(12240, "incident.grade", category="natural", **{"class": "natural.dike"}, grade="ordinary", plan="plan-flood", level=3,
           basis="防汛险情无统一分级表，由值班长与水务局会商按一般掌握。")
    s.tell(11400, "response.activate", plan="plan-flood", level=3, matter="三岔口险工坍岸险情处置", expected_hours=48,
           measures="防指会商；工作组下沉三岔口；加密巡堤；料物机械前置；转移滩区群众。",
           approval=approval(11460, s.watch("值班长"), deputy, "副区长", "同意启动三级响应，先转移滩区群众，料物不够立即报。", "0395"))
    title = "关于三岔口险工坍岸的报告（初报）"
    text = ("今日三岔口险工8号坝下首发生坍岸，长约60米，暂无人员伤亡。黄河流量2140立方米每秒并上涨，堤防偎水2.3公里。"
            "已派防汛抢险专业队一队抛石护脚，区防指启动三级响应。坍岸原因和后续影响正在核实。")
    s.first_reports([], [("区委值班室", 11280, "区委值班员"), ("区政府总值班室", 11220, "区政府值班员"), ("市应急局值班室", 11160, "市局值班员")], title, text)
    s.task(11140, "G06", duty, "三处均已签收。", pair_due=3, pair_done=3)
    s.task(11500, "G10", "宣传值班", "暂无涉险舆情，已设关键词监测。")
    s.task(11200, "F4-01", duty, "应叫11人全部应答；三答齐全，滩区两个村需转移。", pair_due=11, pair_done=11)
    s.order(10680, "单兵11", "directive", "随一队回传坍岸段画面。", spread(site, 240, -180), "三岔口堤顶管护房（背水侧）",
            [(10640, "acknowledged", None), (10600, "on_scene", spread(site, 60, -40)), (10500, "working", spread(site, 20, 10))])
    s.task(10320, "F3-05", "麻池镇镇长", "滩区两村开始转移，镇长带队。")
    s.send(10020, "市防汛抗旱指挥部办公室", "phone", "市防办值班员", recording="0396")
    s.task(9960, "F3-01", chief, "会商意见：抛石固脚，备防二线；滩区天黑前转移完。")
    s.task(9900, "F4-02", duty, "沿黄4镇、12家成员单位已全部签收。", pair_due=16, pair_done=16)
    s.order(9840, "三岔口险工料场", "directive", "向8号坝供块石和编织袋。", spread(site, 120, -90), "8号坝坝头", [
        (9780, "acknowledged", None), (9600, "under_way", None), (9000, "on_scene", spread(site, 80, -60))],
        items=[s.stock("三岔口险工料场", "块石", 120), s.stock("三岔口险工料场", "编织袋", 1500)])
    s.order(9720, "工程机械大队", "directive", "挖掘机2、自卸车4赴三岔口，由料场装石。", spread(site, 240, -180), "三岔口堤顶管护房（背水侧）",
            [(9600, "acknowledged", None), (7800, "under_way", None), (5400, "on_scene", spread(site, 150, -120)), (5100, "working", spread(site, 120, -90))])
    s.task(9300, "F3-03", "巡堤组长", "第一轮完成，新增险情0处。")
    s.send(8520, "市防汛抗旱指挥部办公室", "written", "市防办值班员", text, "关于三岔口险工坍岸的险情报告")
    s.task(8400, "F3-11", leader("区交通运输局局长")["name"], "供电、通信各2队待命。", pair_due=4, pair_done=4)
    s.order(8100, "区安置服务队", "directive", "到麻池中学开设安置点，登记到人。", made.place("麻池中学安置点"), "麻池中学",
            [(8000, "acknowledged", None), (6600, "under_way", None), (5700, "on_scene", made.place("麻池中学安置点"))])
    s.task(6900, "F3-02", water, "工作组到位。", location=spread(site, 100, -60))
    s.tell(6600, "incident.headquarters", headquarters={"place": "三岔口堤顶管护房", "location": spread(site, 240, -180), "commander": water,
                                                        "phone": "0472-555-0199", "channel": "防汛2频道"})
    s.task(6000, "F3-09", "北坡铁矿负责人", "尾矿库已停产，干滩长度120米，浸润线正常。")
    s.task(5700, "F3-10", chief, "经研判暂不停课停工。")
    s.task(5400, "F4-07", leader("区应急管理局副局长")["name"], "防汛二队36人、三队32人待命，装备齐全。")
    s.task(5100, "F3-07", "麻池镇镇长", "麻池中学安置点开放。", pair_due=700, pair_done=98)
    s.tell(5040, "incident.evacuation", evacuation=moved(140, 98, "麻池镇政府", 5040, refused=3, need_help=11))
    s.send(4800, "市应急局值班室", "written", "市局值班员", text + "已转移98人。", "关于三岔口险工坍岸的报告（续报一）")
    s.task(4740, "F3-14", chief, "受灾两村，转移98人，无房屋倒损，农作物损失正在核实，市局值班员接收。")
    s.task(2400, "F3-04", leader("区应急管理局副局长")["name"], "挖掘机2、自卸车4、照明灯塔2到位，块石前置620立方米。")
    s.task(1800, "F3-06", "麻池镇镇长", "还有14人，其中11人需帮扶，正在入户。", done=False, pair_due=140, pair_done=126)
    s.tell(1790, "incident.evacuation", evacuation=moved(140, 126, "麻池镇政府", 1790, refused=3, need_help=11))
    s.tell(7200, "approval.sign", step=0, signed_by=deputy)
    s.log(1500, "patrol", "三岔口堤顶球机巡查：坍岸段未见扩大，抛石作业正常。")


def steppe_fire(made, commands):
    s = Story("steppe", made, commands)
    leader = made.crowd.leader
    site = made.place("山前草场瞭望塔")
    site = spread(site, -900, 1100)
    chief = leader("区应急管理局局长")["name"]
    woods = leader("区林草分局局长")["name"]
    duty = s.watch("值班员")
    tower = made.by_name["山前草场瞭望塔"]["fields"]["contacts"][0]
    s.report(4320, "山前草场火点", "山前草场，瞭望塔东南约1.4公里", site,
             {"name": tower["name"], "phone": tower["phone"], "unit": "山前草场瞭望塔", "line": "12119", "recording": "0401"},
             "瞭望塔发现草场冒烟见明火，火线约300米，向北坡蔓延，周边无住户。", **{
                 "category": "natural", "class": "natural.grassland_fire", "casualties": people(0, 0, 0, 0, 0, "山前草场瞭望塔", 4320),
                 "facts": {"fire_line_m": 300, "sensitive": True}})
    s.task(4200, "G01", duty, "瞭望塔报火点，明火，火线约300米，无人员被困。")
    s.order(4170, "区森林草原扑火一中队", "directive", "赶赴山前草场，自火尾两翼扑打，先观察后进入。", spread(site, -420, -260), "火场西南防火道路口",
            [(4140, "acknowledged", None), (3900, "under_way", None), (2880, "on_scene", spread(site, -300, -180)), (2700, "working", spread(site, -80, -60))])
    s.task(4140, "G03", duty, "带班领导指示：专业队先上，看住北坡输电线路。")
    s.task(4080, "G04", s.watch("值班长"), "已派扑火一中队、阿嘎如泰半专业队，集结火场西南路口。")
    s.order(4060, "阿嘎如泰半专业扑火队", "directive", "到火场西南路口，由一中队带领清理火线。", spread(site, -420, -260), "火场西南防火道路口",
            [(4000, "acknowledged", None), (3300, "under_way", None), (2640, "on_scene", spread(site, -360, -200)), (2400, "working", spread(site, -120, 80))])
    s.first_reports([("区委值班室", 3900, "区委值班员", "0402"), ("区政府总值班室", 3860, "区政府值班员", "0403"), ("市应急局值班室", 3800, "市局值班员", "0404")], [],
                    None, None)
    s.tell(3960, "incident.verify", outcome="true", source="护林员到场、山前草场云台", by=duty, text="云台可见火线，护林员到场确认无人被困。")
    s.task(3950, "G02", duty, "属实，护林员与云台双重核实。")
    s.task(3790, "G05", duty, "三处均已报到人。", pair_due=3, pair_done=3)
    s.task(3780, "G08", s.watch("综合信息"), "火场底图、水源点、输电线路位置已推送扑火队。")
    s.task(3600, "G09", s.watch("带班领导"), "已出发。", location=spread(made.place("区应急管理局"), 400, -300))
    s.tell(3660, "incident.wind", wind={"from_degrees": 200, "speed": 4.1, "source": "区气象局", "at": when(3660)})
    s.tell(3630, "incident.facts", facts={"burnt_grass_ha": 12, "burning_hours": 0.2})
    s.tell(3610, "incident.grade", category="natural", **{"class": "natural.grassland_fire"}, grade="ordinary", plan="plan-wildfire", level=4,
           basis="过火约12公顷，按一般掌握，等级表待核对。")
    s.tell(3420, "response.activate", plan="plan-wildfire", level=4, matter="山前草场火点扑救", expected_hours=24,
           measures="专业队扑打，指定火场总指挥和安全员，无人机回传火线，管控山口。",
           approval=approval(3450, s.watch("值班长"), chief, "局长", "同意启动四级响应，注意风向，人员安全第一。", "0405"))
    s.task(3300, "W4-02", woods, "一中队30人、半专业队25人出动，灭火机24台。")
    s.task(2760, "W4-04", "一中队中队长", "已逐条确认并签认。", signed_by="一中队中队长")
    s.task(2940, "W4-01", woods, "火线约420米，西南风4级，可由防火道进入。", location=site)
    s.task(2700, "W4-03", chief, "火场总指挥一中队中队长，安全员2名，森防1频道。")
    s.order(2690, "无人机1", "directive", "升空回传火线，标注火头。", spread(site, -420, -260), "火场西南防火道路口",
            [(2640, "acknowledged", None), (2500, "under_way", None), (2100, "on_scene", spread(site, -400, -240)), (2040, "working", spread(site, 20, 30))])
    s.task(2640, "W4-06", leader("区气象局局长")["name"], "西南风4.1米每秒，阵风6.8，湿度31%。")
    title = "关于山前草场火点的报告（初报）"
    text = "今日山前草场发生草原火，火线约420米，过火约12公顷，无人员伤亡。区森防指启动四级响应，已投入专业力量55人，火场总指挥到位。起火原因正在核实。"
    s.first_reports([], [("区委值班室", 2520, "区委值班员"), ("区政府总值班室", 2480, "区政府值班员"), ("市应急局值班室", 2440, "市局值班员")], title, text)
    s.task(2430, "G06", duty, "三处均已签收。", pair_due=3, pair_done=3)
    s.send(2400, "市森林草原防灭火指挥部办公室", "phone", "市森防办值班员", recording="0406")
    s.task(2580, "G10", "宣传值班", "有2条烟雾视频，已回应。")
    s.task(1980, "W4-07", woods, "北坡110千伏线路距火线900米，最近村屯1.5公里。")
    s.task(1920, "W4-08", "阿嘎如泰派出所", "设卡2处，清出放牧人员3人。", pair_due=2, pair_done=2)
    s.task(1680, "W4-05", "无人机1机组", "火线图第2版已上图，火头在东北侧。")
    s.task(1560, "W4-09", leader("区交通运输局局长")["name"], "水车2、油料400升、灭火机备件到西南路口。")
    s.tell(1260, "incident.facts", facts={"burnt_grass_ha": 14})
    s.tell(1200, "incident.control", text="明火全部扑灭，转入清理看守，两翼各留守一个班。")
    s.send(2340, "市森林草原防灭火指挥部办公室", "written", "市森防办值班员", text, title)
    s.send(1150, "市森林草原防灭火指挥部办公室", "written", "市森防办值班员", "明火已全部扑灭，过火约14公顷，无伤亡，正在分段清理看守。",
           "关于山前草场火点的报告（续报一）")
    s.log(600, "patrol", "山前草场云台巡查：未见明火，零星冒烟，看守人员在位。")


def ammonia(made, land, commands):
    s = Story("ammonia", made, commands)
    leader = made.crowd.leader
    site = made.place("青石合成氨厂液氨中间罐")
    firm = made.by_name["九原青石合成氨厂"]
    control = firm["fields"]["contacts"][-1]
    head = firm["fields"]["contacts"][0]["name"]
    mayor, deputy = leader("九原区人民政府区长")["name"], leader("九原区人民政府分管副区长")["name"]
    chief, fire = leader("区应急管理局局长")["name"], leader("区消防救援大队大队长")["name"]
    park = leader("化工园区管委会主任")["name"]
    health, environment = leader("区卫生健康委主任")["name"], leader("区生态环境分局局长")["name"]
    duty = s.watch("值班员")
    upwind = spread(site, -620, -700)
    post = made.place("园区消防站")
    s.report(2160, "液氨储罐泄漏", "化工园区青石合成氨厂，园区东路西侧", site,
             {"name": "厂调度员", "phone": control["phone"], "unit": "九原青石合成氨厂调度室", "line": "12350", "recording": "0409"},
             "液氨中间罐底部法兰泄漏，现场有白色雾团，正在组织人员撤离，泄漏量不清。", **{
                 "category": "accident", "class": "accident.hazchem.leak", "firm": firm["id"], "actions_taken": "已停进料，开启消防水幕，人员向上风向撤离。",
                 "casualties": people(0, 0, 0, 0, 0, "厂调度室", 2160), "facts": {"toxic_gas": True, "leak_or_fire": True, "stored_tonnes": 46, "substance": "液氨 UN1005"}})
    s.log(2140, "call", "青石合成氨厂调度室来电：中间罐法兰泄漏，要求消防和医疗支援", "厂调度员", "0409")
    s.task(2070, "G01", duty, "青石合成氨厂液氨中间罐法兰泄漏，白雾，已停进料，伤亡待核。")
    s.task(2040, "G03", duty, "带班领导指示：先派消防和危化队，下风向先通知，按三级准备。")
    s.order(2010, "区消防救援大队园区站", "dispatch", "上风向停车，侦检后用水幕稀释，设初始隔离区。", upwind, "厂区西南侧园区南路口（上风）",
            [(1980, "acknowledged", None), (1920, "under_way", None), (1620, "on_scene", upwind), (1500, "working", spread(site, -160, -190))], fire)
    s.order(1990, "区危化品救援队一分队", "directive", "准备关断和堵漏，进入前报方案。", upwind, "厂区西南侧园区南路口（上风）",
            [(1950, "acknowledged", None), (1860, "under_way", None), (1440, "on_scene", upwind), (1080, "working", spread(site, -140, -150))])
    s.order(1970, "园区医疗急救组", "dispatch", "到上风向集结点待命，备眼冲洗和氨中毒处置。", upwind, "厂区西南侧园区南路口（上风）",
            [(1940, "acknowledged", None), (1800, "under_way", None), (1380, "on_scene", spread(upwind, -60, -40))])
    s.task(1960, "G04", s.watch("值班长"), "消防园区站、危化一分队、园区急救组、交警一分队已派，集结点西南侧园区南路口。")
    s.order(1940, "交警应急一分队", "dispatch", "管控园区东路、北环路口，留救援通道。", spread(site, 300, 500), "园区东路与北环路口",
            [(1910, "acknowledged", None), (1800, "under_way", None), (1320, "on_scene", spread(site, 320, 520)), (1200, "working", spread(site, 320, 520))])
    s.first_reports([("区委值班室", 1845, "区委值班员", "0410"), ("区政府总值班室", 1790, "区政府值班员", "0411"), ("市应急局值班室", 1665, "市局值班员", "0413")], [],
                    None, None)
    s.tell(1780, "incident.verify", outcome="true", source="119指挥中心、厂调度室回拨", by=duty, text="119已接同一警情；厂调度室回拨确认泄漏未止。")
    s.task(1770, "G02", duty, "属实，119与厂调度室双重核实。")
    s.task(1740, "G08", s.watch("综合信息"), "企业档案、氨安全资料、总平面图和罐区监测已推送消防、危化队、专家。")
    s.task(1650, "G05", duty, "三处均已报到人。", pair_due=3, pair_done=3)
    s.tell(1560, "incident.casualties", casualties=people(0, 0, 0, 0, 1, "园区医疗急救组", 1560))
    s.tell(1530, "incident.facts", facts={"leak_tonnes": 6, "cannot_shut_off": True})
    s.tell(1440, "incident.wind", wind={"from_degrees": 230, "speed": 2.8, "source": "区气象站", "at": when(1440)})
    s.task(1330, "G09", s.watch("带班领导"), "已出发，15分钟到场。", location=spread(made.place("区应急管理局"), -200, -600))
    s.tell(1380, "incident.grade", category="accident", **{"class": "accident.hazchem.leak"}, grade="ordinary", plan="plan-hazchem", level=3)
    s.tell(1235, "response.activate", plan="plan-hazchem", level=3, matter="青石合成氨厂液氨储罐泄漏处置", expected_hours=24,
           measures="上风侧设现场指挥部；关断堵漏；水幕稀释；划定三区；疏散下风向群众；周边企业停产断火源。",
           approval=approval(1280, s.watch("值班长"), deputy, "副区长", "同意启动三级响应，先撤人后堵漏。", "0412"))
    s.task(1090, "C4-01", chief, "企业预案已启动，主要负责人到场。", signed_by=head)
    s.task(1000, "C4-05", leader("区气象局局长")["name"], "西南风3.0米每秒，区气象站。")
    s.tell(960, "incident.casualties", casualties=people(0, 0, 0, 0, 2, "园区医疗急救组", 960))
    s.task(900, "C4-03", fire, "首战编队上风向停车，初始隔离区150米。", location=spread(site, -160, -190))
    s.task(880, "C4-04", "一分队队长", "入区4人，均已出。", pair_due=4, pair_done=4)
    s.task(840, "C4-02", head, "液氨UN1005，3号中间罐，现存46吨，压力0.9兆帕，进料阀已关，法兰阀不能关死。")
    s.tell(800, "incident.headquarters", headquarters={"place": "园区消防站（上风侧）", "location": post, "commander": deputy, "phone": "0472-555-0198",
                                                       "channel": "应急1频道"})
    s.task(790, "C3-01", chief, "现场指挥部设园区消防站。", location=post)
    s.order(780, "指挥车01", "directive", "到园区消防站，开通图传和前后方视频。", post, "园区消防站（上风侧）",
            [(740, "acknowledged", None), (600, "under_way", spread(site, 100, 6000)), ])
    s.order(770, "气体分析车", "directive", "下风向布点监测，首测厂界两点。", spread(site, 520, 380), "园区东路北段路口",
            [(720, "acknowledged", None), (560, "under_way", spread(site, -600, 8000))])
    s.order(750, "单兵07", "directive", "随一分队回传漏点画面。", upwind, "厂区西南侧园区南路口（上风）",
            [(740, "acknowledged", None), (730, "on_scene", upwind), (725, "working", spread(site, -140, -150))])
    s.order(745, "无人机2", "directive", "上风向起飞，回传雾团范围，不得进入雾团。", upwind, "厂区西南侧园区南路口（上风）",
            [(715, "acknowledged", None), (660, "under_way", None), (430, "on_scene", upwind), (350, "working", spread(site, 60, -200))])
    s.tell(720, "incident.evacuation", evacuation=moved(800, 210, "化工园区管委会", 720))
    s.task(700, "C4-07", leader("区交警大队大队长")["name"], "园区东路、北环路口、南环路口3处管控。")
    s.task(690, "C4-08", health, "救护车02备班，园区急救组已到集结点。")
    s.task(640, "G10", "宣传值班", "有短视频1条，已报送并监测。")
    title = "关于化工园区青石合成氨厂液氨储罐泄漏的报告（首报）"
    text = ("今日化工园区青石合成氨厂液氨中间罐法兰泄漏，罐内现存约46吨，已停进料，泄漏未止。轻伤2人，无死亡失联被困。"
            "区危化指挥部启动三级响应，消防、危化、医疗、交警到场，下风向群众正在疏散。泄漏量和原因正在核实。")
    s.first_reports([], [("区委值班室", 620, "区委值班员"), ("区政府总值班室", 600, "区政府值班员")], title, text)
    s.order(590, "特巡警警戒分队", "dispatch", "清理下风向警戒线内人员，协助入户。", spread(site, 760, 900), "建设路与园区东路口",
            [(560, "acknowledged", None), (420, "under_way", None)])
    s.do(580, "stock.reserve", reservation="reservation-ammonia-01", incident=s.incident, **s.stock("园区危化物资库", "正压式空气呼吸器", 12))
    s.do(575, "stock.reserve", reservation="reservation-ammonia-02", incident=s.incident, **s.stock("园区危化物资库", "消石灰", 4))
    s.task(520, "C3-07", park, "北、东北两片区开始疏散，管委会副主任带队。")
    s.task(480, "C3-06", park, "应急广播、短信已发，入户覆盖860户。")
    s.tell(470, "incident.evacuation", evacuation=moved(2520, 620, "化工园区管委会", 470, need_help=34))
    s.task(460, "C4-06", park, "已通知8户，3户电话未通，派人上门。", done=False, pair_due=11, pair_done=8)
    s.tell(420, "incident.facts", facts={"leak_tonnes": 12, "residents_within_1km": True})
    s.tell(410, "incident.grade", category="accident", **{"class": "accident.hazchem.leak"}, grade="ordinary", plan="plan-hazchem", level=2)
    s.task(400, "C3-05", environment, "首版三区图，依据实测和风向西南，版本1。")
    s.log(340, "instruction", "区长电话指示：先撤人、后堵漏，防止次生爆炸。已传达现场指挥部、消防、园区。", mayor, "0416")
    s.tell(310, "incident.wind", wind={"from_degrees": 225, "speed": 3.2, "source": "区气象站", "at": when(310)})
    s.tell(280, "response.change_level", level=2, reason="泄漏量上调至12吨，1公里内有居民区，疏散2520人（较大涉险）。",
           approval=approval(300, deputy, mayor, "区长", "同意升二级，报市里请求专业力量。", "0417"))
    expert = next(e for e in made.forces if e["kind"] == "expert" and e["fields"]["pool"] == "pool-1" and e["fields"]["on_call"])
    second = next(e for e in made.forces if e["kind"] == "expert" and e["fields"]["pool"] == "pool-1" and e is not expert
                  and e["fields"]["state"] == "standby")
    for ago, one, steps in ((240, expert, [(190, "acknowledged", None)]), (60, second, ())):
        s.order(ago, one["fields"]["name"], "directive", "视频接入现场指挥部，会商关断和堵漏方案。", post, "视频接入", steps)
    s.acknowledge(200, "C2-02", chief)
    s.log(150, "call", "向市应急局请求危化专业队、监测车各1支，对方已受理。", "市局值班长", "0418")
    s.task(120, "C3-08", park, "北侧两村已撤完，东侧小区正在撤。", done=False, pair_due=2520, pair_done=1340)
    s.tell(110, "incident.evacuation", evacuation=moved(2520, 1340, "新村街道办", 110, need_help=34))
    s.log(75, "video_check", "点调罐区高点一号：白雾较前减弱，水幕覆盖完整。")


def tunnel(made, land, commands):
    s = Story("tunnel", made, commands)
    duty = s.watch("值班员")
    site = [round(v, 5) for v in mappack.warp(109.846, 40.632)]
    s.report(180, "管廊冒烟（119转）", "建设路地下综合管廊，新春大道以东约2公里检查井", site,
             {"name": "119接警员", "phone": "119", "unit": "市消防指挥中心", "line": "119", "recording": "0419"},
             "路人报建设路人行道检查井冒黑烟，有焦糊味，井内情况不明，是否有人作业不明。", category="accident",
             casualties=people(0, 0, 0, 0, 0, "119接警员", 180))
    s.log(170, "call", "市消防指挥中心转警：建设路管廊检查井冒烟", "119接警员", "0419")
    s.order(130, "区消防救援大队建设路站", "dispatch", "先到现场侦查，测可燃气体，未查明前不下井。", spread(site, -140, -200), "建设路北侧人行道（上风）",
            [(95, "acknowledged", None), (60, "under_way", None)])
    s.task(70, "G03", duty, "带班领导指示：先查清井内有没有人，断电前不下井。")
    s.task(90, "G01", duty, "建设路管廊检查井冒黑烟，有焦糊味，井内人员不明。")
    s.log(45, "call", "向供电公司调度核实管廊内电缆和作业情况，对方正在查。", "供电公司调度")


def watch(made, commands):
    """What the watch wrote down besides."""
    on = made.crowd.on_watch
    lines = [
        (32100, "note", "接班：上一班移交未结事件0件、待办2项、设备故障1项（哈业胡同镇应急广播检修），物品清点无误。", on("值班长"), None),
        (30600, "roll_call", "点名抽查：各镇街、园区值班室12家应答12家。", on("值班员"), None),
        (27000, "report", "区气象局报送：今日西南风3至4级，午后阵风6级，草原火险等级四级。", on("值班员"), "区气象局"),
        (24300, "urgent", "市防办通知：黄河流量上涨，沿黄各地加强巡堤。已转发沿黄4镇并催收签收。", on("值班员"), "市防汛抗旱指挥部办公室"),
        (21600, "video_check", "视频点调：三岔口、打不素、园区北门画面正常，汽车站广场偏色已报修。", on("技术保障"), None),
        (18000, "patrol", "巡查：应急物资中心库温湿度正常，临期物资清单已报物资科。", on("协调调度"), None),
        (15000, "call", "群众来电反映建设路井盖松动，已转区城管局处理。", on("值班员"), "12345热线"),
    ]
    for i, (ago, kind, text, person, other) in enumerate(lines, 1):
        payload = {"log": f"log-duty-{i:02d}", "kind": kind, "text": text, "person": person}
        if other:
            payload["with"] = other
        commands.append((ago, "log.add", payload))


def make(land, made):
    commands = []
    watch(made, commands)
    flood(made, commands)
    steppe_fire(made, commands)
    ammonia(made, land, commands)
    tunnel(made, land, commands)
    commands.sort(key=lambda c: -c[0])
    return [{"type": type, "occurred_at": when(ago), "payload": payload} for ago, type, payload in commands]
