//! The customer organisations. All are invented; their addresses on the web end in `.example`.

use domain::money::Currency;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Industry {
    Logistics,
    ColdChain,
    Food,
    Grain,
    Pharma,
    Retail,
    Machinery,
    Auto,
    Electronics,
    Energy,
    Textile,
    Packaging,
    Port,
    Aviation,
    Chemical,
}

impl Industry {
    pub fn name(self, english: bool) -> &'static str {
        let (chinese, in_english) = match self {
            Self::Logistics => ("第三方物流", "Logistics"),
            Self::ColdChain => ("冷链", "Cold storage"),
            Self::Food => ("食品饮料", "Food and drink"),
            Self::Grain => ("粮油", "Grain"),
            Self::Pharma => ("医药", "Pharmaceuticals"),
            Self::Retail => ("零售连锁", "Retail"),
            Self::Machinery => ("装备制造", "Machinery"),
            Self::Auto => ("汽车零部件", "Automotive"),
            Self::Electronics => ("电子", "Electronics"),
            Self::Energy => ("新能源", "Energy"),
            Self::Textile => ("纺织", "Textiles"),
            Self::Packaging => ("包装印刷", "Packaging"),
            Self::Port => ("港口", "Ports"),
            Self::Aviation => ("航空", "Aviation"),
            Self::Chemical => ("精细化工", "Chemicals"),
        };
        if english { in_english } else { chinese }
    }
}

pub struct Company {
    pub name: &'static str,
    /// The name in its addresses on the web.
    pub slug: &'static str,
    pub industry: Industry,
    pub address: &'static str,
    pub employees: u32,
    /// What it is quoted in.
    pub currency: Currency,
    pub english: bool,
}

const fn cn(
    name: &'static str,
    slug: &'static str,
    industry: Industry,
    address: &'static str,
    employees: u32,
) -> Company {
    Company { name, slug, industry, address, employees, currency: Currency::CNY, english: false }
}

const fn usd(
    name: &'static str,
    slug: &'static str,
    industry: Industry,
    address: &'static str,
    employees: u32,
) -> Company {
    Company { name, slug, industry, address, employees, currency: Currency::USD, english: true }
}

const fn eur(
    name: &'static str,
    slug: &'static str,
    industry: Industry,
    address: &'static str,
    employees: u32,
) -> Company {
    Company { currency: Currency::EUR, ..usd(name, slug, industry, address, employees) }
}

use Industry as I;

/// The Chinese ones first.
pub const COMPANIES: [Company; 90] = [
    cn("恒泽精密", "hengze", I::Machinery, "苏州市工业园区星澜街 88 号", 1200),
    cn("北辰物流", "beichen-log", I::Logistics, "天津市滨海新区海通道 16 号", 3400),
    cn("宏拓机电", "hongtuo", I::Machinery, "无锡市惠山区拓业路 9 号", 860),
    cn("云岭制药", "yunling", I::Pharma, "昆明市高新区云岭大道 201 号", 1500),
    cn("蓝礁冷链", "lanjiao", I::ColdChain, "青岛市黄岛区冰川路 33 号", 620),
    cn("青柚零售", "qingyou", I::Retail, "杭州市余杭区青禾街 120 号", 5200),
    cn("东麓纺织", "donglu", I::Textile, "绍兴市柯桥区锦绣路 57 号", 980),
    cn("金穗粮油", "jinsui", I::Grain, "郑州市经开区粮贸路 18 号", 740),
    cn("中岳重工", "zhongyue", I::Machinery, "洛阳市涧西区重机路 6 号", 4100),
    cn("天麓新能源", "tianlu", I::Energy, "常州市武进区绿建路 300 号", 2300),
    cn("万禾医药", "wanhe", I::Pharma, "武汉市光谷七路 45 号", 1900),
    cn("潮汐港务", "chaoxi", I::Port, "宁波市北仑区港前路 2 号", 2800),
    cn("瑞禾食品", "ruihe", I::Food, "漯河市召陵区食品园 11 号", 1650),
    cn("凌霄航材", "lingxiao", I::Aviation, "西安市阎良区航材路 77 号", 530),
    cn("苏河电器", "suhe", I::Electronics, "合肥市蜀山区苏河路 29 号", 2700),
    cn("江川汽配", "jiangchuan", I::Auto, "重庆市两江新区江川路 168 号", 1400),
    cn("华屿光电", "huayu", I::Electronics, "厦门市翔安区光屿路 60 号", 1100),
    cn("鼎盛包装", "dingsheng", I::Packaging, "东莞市长安镇盛业路 41 号", 690),
    cn("远岫仓储", "yuanxiu", I::Logistics, "嘉兴市南湖区远仓路 5 号", 880),
    cn("渡川供应链", "duchuan", I::Logistics, "成都市青白江区渡川路 19 号", 1300),
    cn("穗安快运", "suian", I::Logistics, "广州市白云区穗安路 72 号", 6100),
    cn("霜原冷藏", "shuangyuan", I::ColdChain, "大连市金普新区霜原街 8 号", 410),
    cn("极川冷链", "jichuan", I::ColdChain, "福州市马尾区极川路 26 号", 560),
    cn("南涧茶业", "nanjian", I::Food, "大理市南涧路 3 号", 320),
    cn("谷雨乳业", "guyu", I::Food, "呼和浩特市赛罕区谷雨路 99 号", 3100),
    cn("川麦面业", "chuanmai", I::Food, "绵阳市涪城区麦香路 14 号", 770),
    cn("稻香里粮贸", "daoxiangli", I::Grain, "哈尔滨市松北区稻里路 21 号", 450),
    cn("北仓储运", "beicang", I::Grain, "沈阳市铁西区北仓街 66 号", 510),
    cn("景泰生物", "jingtai", I::Pharma, "泰州市医药城景泰路 10 号", 930),
    cn("白芷堂药业", "baizhitang", I::Pharma, "亳州市谯城区白芷路 35 号", 1250),
    cn("安序医械", "anxu", I::Pharma, "深圳市坪山区安序路 48 号", 640),
    cn("拾光便利", "shiguang", I::Retail, "南京市建邺区拾光街 7 号", 4300),
    cn("邻里鲜生", "linli", I::Retail, "长沙市岳麓区邻里路 90 号", 2900),
    cn("木棉家居", "mumian", I::Retail, "佛山市顺德区木棉路 52 号", 3600),
    cn("锐丰机床", "ruifeng", I::Machinery, "济南市章丘区锐丰路 13 号", 720),
    cn("启岳传动", "qiyue", I::Machinery, "杭州市萧山区启岳路 80 号", 840),
    cn("泽川泵业", "zechuan", I::Machinery, "台州市温岭市泽川路 4 号", 590),
    cn("赤峰轴承", "chifeng-bearing", I::Machinery, "瓦房店市轴承路 31 号", 1020),
    cn("晟途车桥", "shengtu", I::Auto, "十堰市张湾区晟途路 25 号", 1780),
    cn("凯澜座椅", "kailan", I::Auto, "长春市绿园区凯澜路 17 号", 960),
    cn("弘辉车灯", "honghui", I::Auto, "丹阳市弘辉路 64 号", 1330),
    cn("芯屿半导体", "xinyu", I::Electronics, "无锡市新吴区芯屿路 100 号", 870),
    cn("明珂电子", "mingke", I::Electronics, "惠州市仲恺区明珂路 38 号", 2400),
    cn("星朗显示", "xinglang", I::Electronics, "绵阳市高新区星朗路 55 号", 1950),
    cn("储光能源", "chuguang", I::Energy, "宁德市蕉城区储光路 12 号", 3900),
    cn("澄阳光伏", "chengyang", I::Energy, "盐城市大丰区澄阳路 44 号", 2150),
    cn("风禾电力", "fenghe", I::Energy, "酒泉市肃州区风禾路 9 号", 680),
    cn("织里印染", "zhili", I::Textile, "湖州市吴兴区织里路 28 号", 1150),
    cn("云棉服饰", "yunmian", I::Textile, "泉州市石狮市云棉路 73 号", 2050),
    cn("融彩印务", "rongcai", I::Packaging, "上海市青浦区融彩路 36 号", 480),
    cn("绿笺纸业", "lvjian", I::Packaging, "岳阳市城陵矶绿笺路 15 号", 1420),
    cn("瓯海集装箱", "ouhai", I::Port, "温州市龙湾区瓯海路 20 号", 1600),
    cn("镇海油库", "zhenhai-tank", I::Port, "宁波市镇海区油港路 1 号", 390),
    cn("云翼通航", "yunyi", I::Aviation, "珠海市金湾区云翼路 61 号", 440),
    cn("航序维修", "hangxu", I::Aviation, "成都市双流区航序路 23 号", 710),
    cn("沁源化工", "qinyuan", I::Chemical, "淄博市临淄区沁源路 50 号", 1280),
    cn("皓月涂料", "haoyue", I::Chemical, "惠州市大亚湾皓月路 34 号", 810),
    cn("长堤新材", "changdi", I::Chemical, "嘉兴市平湖市长堤路 47 号", 650),
    cn("远帆船配", "yuanfan", I::Port, "舟山市定海区远帆路 8 号", 520),
    cn("嘉木定制家具", "jiamu", I::Retail, "成都市新都区嘉木路 95 号", 2600),
    usd("Pacific Ridge Logistics", "pacificridge", I::Logistics, "1180 Harbor Gate Ave, Tacoma, WA, USA", 2100),
    usd("Larkspur Foods", "larkspurfoods", I::Food, "42 Mill Creek Rd, Fresno, CA, USA", 960),
    usd("Copperfield Auto Parts", "copperfieldauto", I::Auto, "700 Foundry St, Toledo, OH, USA", 1450),
    usd("Blue Heron Cold Storage", "blueheroncold", I::ColdChain, "19 Terminal Way, Savannah, GA, USA", 380),
    usd("Summit & Vale Retail", "summitvale", I::Retail, "5 Prairie Loop, Omaha, NE, USA", 7200),
    usd("Quillfeather Packaging", "quillfeather", I::Packaging, "260 Birch Ln, Green Bay, WI, USA", 540),
    usd("Tamarind Bay Foods", "tamarindbay", I::Food, "88 Jalan Pelabuhan, Johor Bahru, Malaysia", 1230),
    usd("Straitline Shipping Services", "straitline", I::Port, "21 Keppel Terrace, Singapore", 890),
    usd("Lotus Delta Pharma", "lotusdelta", I::Pharma, "14 Hoa Sen Street, Binh Duong, Vietnam", 1120),
    usd("Siam Verdant Mills", "siamverdant", I::Textile, "9 Soi Rung Rueang, Chon Buri, Thailand", 1780),
    usd("Manila Crest Distribution", "manilacrest", I::Logistics, "310 Sampaguita Rd, Laguna, Philippines", 1340),
    usd("Garuda Kencana Logistik", "garudakencana", I::Logistics, "Jl. Anggrek Timur 7, Bekasi, Indonesia", 2650),
    usd("Desert Palm Warehousing", "desertpalm", I::Logistics, "Plot 44, South Free Zone, Dubai, UAE", 720),
    usd("Al Noor Cold Chain", "alnoorcold", I::ColdChain, "Industrial Area 3, Dammam, Saudi Arabia", 460),
    usd("Cedar Gate Trading", "cedargate", I::Retail, "12 Corniche Rd, Aqaba, Jordan", 310),
    usd("Rio Claro Alimentos", "rioclaro", I::Food, "Av. das Acácias 900, Campinas, Brazil", 1980),
    usd("Puerto Azul Terminales", "puertoazul", I::Port, "Camino del Faro 15, Callao, Peru", 1060),
    usd("Kestrel Outback Supplies", "kestreloutback", I::Retail, "77 Wattle St, Toowoomba, QLD, Australia", 830),
    usd("Southern Cross Aeroparts", "sxaeroparts", I::Aviation, "4 Runway Rd, Christchurch, New Zealand", 270),
    eur("Nordvik Kjøl", "nordvikkjol", I::ColdChain, "Havnegata 31, Ålesund, Norway", 290),
    eur("Halvorsen & Lind", "halvorsenlind", I::Machinery, "Verkstadsgatan 8, Västerås, Sweden", 1180),
    eur("Brückner Lagertechnik", "bruecknerlager", I::Logistics, "Am Güterbahnhof 12, Kassel, Germany", 640),
    eur("Oberland Feinmechanik", "oberlandfm", I::Electronics, "Talstraße 40, Kempten, Germany", 510),
    eur("Van der Meulen Agri", "vdmeulenagri", I::Grain, "Graanweg 6, Dordrecht, Netherlands", 430),
    eur("Port de Lavande", "portlavande", I::Port, "Quai des Salines 3, Sète, France", 380),
    eur("Maison Tellier Distribution", "maisontellier", I::Retail, "18 rue du Canal, Lille, France", 3300),
    eur("Officine Valtorre", "valtorre", I::Machinery, "Via dell'Officina 27, Brescia, Italy", 760),
    eur("Farmacéutica Miralba", "miralba", I::Pharma, "Calle del Prado Alto 5, Zaragoza, Spain", 890),
    eur("Wisłok Opakowania", "wislokopak", I::Packaging, "ul. Papiernicza 14, Rzeszów, Poland", 620),
    eur("Moravské Strojírny Havel", "strojirnyhavel", I::Machinery, "Tovární 9, Zlín, Czechia", 1040),
];

/// How many of them are Chinese.
pub const CHINESE: usize = 60;
