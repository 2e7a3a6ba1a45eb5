//! International distribution

use super::{Plan, Talk, Words, talk};
use domain::activity::ActivityType::{Call, Email, Meeting, Message, Note, Task, Visit};

pub const WORDS: Words = Words {
    stages: &[&LEAD, &QUALIFIED, &DEMO, &PROPOSAL, &NEGOTIATION],
    always: &ALWAYS,
    won: &WON,
    lost: &LOST,
    plans: &[&LEAD_PLANS, &QUALIFIED_PLANS, &DEMO_PLANS, &PROPOSAL_PLANS, &NEGOTIATION_PLANS],
};

const LEAD: [Talk; 7] = [
    talk(Call, "First call", "{who} runs the site and wants fewer manual counts before peak season."),
    talk(
        Email,
        "Introduction and references",
        "Sent two references of the same size; {who} asked for one in the region.",
    ),
    talk(Message, "Follow-up after the trade fair", "{who} remembered the shuttle demo and will bring in IT."),
    talk(Call, "Who decides?", "{who} recommends, the group board signs anything above 200k."),
    talk(
        Meeting,
        "Introduction with the distributor",
        "Distributor opened the meeting, {who} asked about spare parts on site.",
    ),
    talk(Note, "Fit", "Good fit for the standard package, no integration beyond the ERP."),
    talk(Email, "Answered the web enquiry", "{who} downloaded the case study and wants a rough price range."),
];

const QUALIFIED: [Talk; 8] = [
    talk(
        Visit,
        "Site walk",
        "Walked inbound to dispatch with {who}; staging area is the bottleneck, 40 pallets waiting.",
    ),
    talk(Meeting, "Requirements workshop", "Agreed 31 requirements, 6 moved to phase 2. {who} signs the list."),
    talk(Call, "Budget and timing", "{who} has the budget approved for this fiscal year, installation before Q3."),
    talk(Email, "Received order data", "{who} sent six months of lines: 2,400 a day on average, peak 5,100."),
    talk(Meeting, "Integration call with IT", "REST from their ERP, {who} wants retries and an audit trail."),
    talk(Note, "Competition", "Incumbent offered an upgrade; {who} is unhappy with their response times."),
    talk(Task, "Return on investment sheet", "Payback of 21 months on labour alone, {who} shares it with finance."),
    talk(Email, "Safety and network checklist", "{who} returned it, two access points are missing in the cold area."),
];

const DEMO: [Talk; 7] = [
    talk(
        Meeting,
        "Demo with their own layout",
        "Seven people joined. {who} liked the exception board, asked about offline picking.",
    ),
    talk(Meeting, "Second demo for management", "{who} brought the CFO; questions on downtime during cut-over."),
    talk(Visit, "Reference visit", "Spent half a day at the reference site; {who} talked to the shift leads alone."),
    talk(Email, "Minutes and open questions", "Eleven points, nine answered. {who} confirms the list."),
    talk(Call, "Feedback after the demo", "{who} says the team prefers us, procurement still wants three offers."),
    talk(Task, "Loaded three months of their orders", "Walking distance down 24 % in the simulation."),
    talk(Note, "What made the difference", "Live changeover of a pick route, the competitor showed slides."),
];

const PROPOSAL: [Talk; 8] = [
    talk(Email, "Offer v1", "CIF with installation by the distributor. {who} asks to split hardware and services."),
    talk(Email, "Offer v2", "Split as asked, delivery in two lots. {who} forwards it to procurement."),
    talk(Call, "Clarified the offer", "{who} did not see that training was included; no change in price."),
    talk(Meeting, "Commercial round one", "{who} asks for 7 % less, we offered a third year of support."),
    talk(Call, "Incoterms", "{who} prefers DAP, forwarder quote is on its way."),
    talk(Note, "Price floor", "No more than 5 % without Xue Han; keep the services rate."),
    talk(Task, "Technical check of the bill of materials", "Two switches added, one gateway removed."),
    talk(Email, "CE documents sent", "{who} confirms that they meet the site's requirements."),
];

const NEGOTIATION: [Talk; 7] = [
    talk(Email, "Draft contract", "{who} passed it to legal, comments expected within the week."),
    talk(Call, "Liability cap", "{who} accepts 100 % of the order value."),
    talk(
        Meeting,
        "Open points list",
        "Down to three: penalties, acceptance test, payment on delivery. {who} owns the last.",
    ),
    talk(Message, "Signature status", "{who} says that the second signature is missing, Thursday at the latest."),
    talk(Email, "Payment terms confirmed", "30-60-10, letter of credit for the first lot. {who} confirmed in writing."),
    talk(Call, "Delivery window", "{who} needs the first lot before the port closes for the holidays."),
    talk(Note, "Risk", "Long lead time on drives, ordered at our risk after a talk with supply chain."),
];

const ALWAYS: [Talk; 9] = [
    talk(Call, "Checked in", "{who} is travelling, call again next week."),
    talk(Message, "Sent the product video", "{who} shared it with the shift leads."),
    talk(Call, "No answer", "Left a message for {who}."),
    talk(Email, "Answered technical questions", "Three questions from {who}, with screenshots."),
    talk(Note, "Talked to the distributor", "They expect a decision this quarter."),
    talk(Call, "Status", "{who} says that the approval is moving, nothing needed from us."),
    talk(Email, "Reference contact", "{who} called them and liked what they heard."),
    talk(Meeting, "Weekly sync with the partner", "New contact at the customer, {who} stays in the loop."),
    talk(Call, "Why the delay?", "{who} explains that an audit holds all orders for two weeks."),
];

const WON: [Talk; 4] = [
    talk(Note, "Purchase order received", "Filed, hand-over to delivery on Monday."),
    talk(Meeting, "Hand-over to delivery", "Eight promises on the list, {who} names their project lead."),
    talk(Message, "They said yes", "{who} wrote before the letter went out."),
    talk(Note, "Why we won", "The demo with their own orders, and the support hours."),
];

const LOST: [Talk; 7] = [
    talk(Note, "Lost on price", "Competitor was 9 % below; {who} would have preferred us."),
    talk(Call, "Lost: budget cut", "{who} moves the project to next year and will call."),
    talk(Note, "Lost to the incumbent", "They matched our support hours in the last round."),
    talk(Call, "Asked for the reason", "{who} needed a service team within 200 km."),
    talk(Note, "Lost: project stopped", "The site is going to be closed."),
    talk(Email, "Thanked and agreed to talk in six months", "{who} is open to it."),
    talk(Note, "Walked away", "Unlimited liability was not negotiable."),
];

const LEAD_PLANS: [Plan; 4] = [
    (Call, "Call back about the site"),
    (Email, "Send references and a price range"),
    (Meeting, "Introduction with the distributor"),
    (Call, "Find out who signs"),
];

const QUALIFIED_PLANS: [Plan; 4] = [
    (Visit, "Site walk"),
    (Meeting, "Requirements workshop"),
    (Call, "Chase the order data"),
    (Meeting, "Integration call with IT"),
];

const DEMO_PLANS: [Plan; 4] = [
    (Meeting, "Demo with their layout"),
    (Visit, "Reference visit"),
    (Task, "Prepare the demo data"),
    (Email, "Send minutes of the demo"),
];

const PROPOSAL_PLANS: [Plan; 4] = [
    (Task, "Send the offer"),
    (Call, "Walk through the offer"),
    (Meeting, "Commercial round"),
    (Email, "Confirm Incoterms and freight"),
];

const NEGOTIATION_PLANS: [Plan; 4] = [
    (Meeting, "Close the open points"),
    (Call, "Legal's comments"),
    (Task, "Prepare the contract for signature"),
    (Message, "Ask about the second signature"),
];
