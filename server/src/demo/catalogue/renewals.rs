//! What is sold again each year.

use super::{Product, product};
use crate::demo::customers::companies::Industry::{
    Auto, ColdChain, Electronics, Energy, Food, Grain, Logistics, Machinery, Pharma, Port, Retail,
};

pub const PRODUCTS: [Product; 22] = [
    product("年度维保续约", &[], 90, 260),
    product("WMS 运维续约", &[Logistics, Retail, Food], 80, 220),
    product("WMS 订阅续费", &[Retail, Logistics], 60, 180),
    product("AGV 车队维保", &[Machinery, Auto, Electronics], 120, 320),
    product("立体库三年维保", &[Machinery, Pharma, Energy], 260, 680),
    product("分拣线维保", &[Logistics, Retail], 150, 380),
    product("堆垛机大修与延保", &[Machinery, Pharma, Auto], 180, 460),
    product("冷库传感器校准", &[ColdChain, Food, Pharma], 40, 110),
    product("温控平台续费", &[ColdChain, Pharma], 50, 140),
    product("MES 运维续约", &[Machinery, Auto, Electronics], 100, 280),
    product("SCADA 巡检服务", &[Energy, Port, Grain], 80, 210),
    product("备件包续订", &[], 40, 160),
    product("驻场服务续签", &[Auto, Electronics, Energy], 160, 360),
    product("7×24 响应升级", &[Logistics, Pharma, Port], 70, 190),
    product("GSP 验证年检", &[Pharma], 60, 150),
    product("数据网关流量与维保", &[], 30, 90),
    product("服务器与网络代维", &[], 50, 150),
    product("粮情系统维保", &[Grain], 50, 130),
    product("港机联网平台续费", &[Port], 140, 320),
    product("门店 RFID 耗材年框", &[Retail], 90, 260),
    product("年度培训与认证", &[], 25, 80),
    product("软件版本升级服务", &[], 60, 170),
];
