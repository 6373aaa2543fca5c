import type { SameKeys } from "../catalog.ts";
import type { LateCatalogs } from "../late-words.ts";

export const partners: SameKeys<LateCatalogs["partners"]> = {
  heading: "带来访客的网站",
  lead: "合作网站只需在页面上放一个脚本标签，访客就可以选择借出自己设备的一部分算力。没有说“好”之前，谁也不会借出任何东西，周围的网站也不能替他们说。",
  list: {
    heading: "他们的访客贡献了什么",
    caption: "各合作网站自加入以来访客的贡献",
    wait: "正在询问服务器……",
    none: "还没有列出的合作网站。",
    failed: "列表没能加载。",
  },
  gifts: {
    name: "合作网站",
    since: "加入时间",
    tabsNow: "当前访客",
    consents: "同意次数",
    answers: "回答",
    tokens: "Token",
    hours: "小时",
  },
  fault: {
    gone: "服务器没有回应。请检查网络连接。",
    odd: "服务器的回应本页看不懂。它可能正在重启，或者比本页更新。",
    retry: "再试一次",
  },
  visitors: {
    heading: "你的访客会看到什么",
    lead: "这些规则对每个合作网站都一样。页面只能要求更少。",
    asked:
      "我们在自己的框架里、用访客的语言询问：运行什么，用多少 GPU，要多少 MB，别人会看到他们的 IP 地址，以及怎么停止。说“不”只需按一下；说“好”要再按一下，证明确实看到了。同意之前，不会加载或计算任何东西。",
    share: "之后最多使用 {{share, number}} % 的 GPU 时间；有两个 GPU 时用省电的那个。",
    data: "每天上下行合计最多 {{cap, bytes}}。",
    pauses: "你的页面或框架卡顿时、用电池且页面被遮住时、节省流量或网络慢时，都会暂停。",
    phones: "在手机和内存少的设备上不会主动询问，除非访客自己打开。",
    sight: "只要有东西在运行，就有一个徽章显示状态。它连续五秒看不见，就会暂停。",
    stop: "按徽章上的“停止”，一秒内结束一切，并收回同意。",
    day: "一次同意在你的网站上有效 24 小时，对别的网站无效。",
    no: "说“不”之后，30 天内不再询问。",
  },
  become: {
    heading: "成为合作网站",
    ask: "向这个 Potluck 的运营者要一个网站密钥。告诉对方你网站的名称和来源，例如 https://www.example.org：只有这些来源的页面能显示框架。",
    put: "把脚本标签放到你的页面上，用你的密钥替换 {{key}}。不需要别的。",
    tell: "在你的隐私页面上告诉访客。下面有现成的文字。",
  },
  code: {
    tag: "脚本标签",
    tagHint: "它会自动跟随新版本，加载时不会拖慢你的页面。",
    versioned: "固定版本，带完整性校验",
    versionedHint: "浏览器只运行这个文件，否则什么也不运行。它会一直可用；想要更新的版本，请重新复制标签。",
    versionedWait: "正在向服务器询问当前版本……",
    versionedFailed: "固定版本的标签没能生成。",
    element: "作为元素",
    elementHint:
      "这个元素是页面里显示邀请的一个框。请给它至少 200 × 48 像素，用你自己的样式也行；更小时，邀请会移到角落。",
    policy: "用于有内容安全策略的页面",
    policyHint:
      "把它们加到你的指令里；即使有 default-src 'none' 也不需要别的。策略阻止脚本时，什么也不显示，也不会弄坏任何东西。",
    api: "你页面自己的脚本能做什么",
    apiHint: "脚本加载后就可以用；晚来的监听者会立刻收到最近的一次事件。没有办法启动：只有访客能在框架里启动。",
  },
  attributes: {
    heading: "可以告诉标签什么",
    name: "属性",
    values: "取值",
    what: "作用",
    "data-site": "你的密钥。用元素时写作 site。",
    "data-position": "在窗口角落，或在标签周围的框里，也就是脚本所在的那个页面元素。",
    "data-theme": "浅色或深色，或跟随访客的系统。",
    "data-language": "一开始用的语言。不写就用访客自己的。",
  },
  privacy: {
    heading: "用于你的隐私页面",
    lead: "每种语言一段文字，作为起点：填好[方括号]里的内容，并按你当地法律的要求请人审阅。",
    link: "在 Potluck 上谁能看到什么",
  },
};
