import type { ProblemCatalog } from "../problem-catalog.ts";

export const problems: ProblemCatalog = {
  serverGone: {
    what: "连不上 Potluck 的服务器。",
    advice: "它会自动重试；如果一直这样，请检查网络连接。在此标签页里运行模型不需要服务器。",
  },
  internal: {
    what: "Potluck 自己出了问题（{{detail}}）。",
    advice: "请刷新页面；如果又出现，请报告给我们。",
  },
  versionMismatch: { what: "这个页面和服务器的版本不一致。", advice: "请刷新页面。" },
  budgetTooSmall: {
    what: "内存预算太小，放不下模型的任何一部分。",
    advice: "请调高内存预算，再重新开始。",
  },
  heldBeside: {
    what: "这个标签页能拿的层，都已经在这个浏览器的其他标签页里了。",
    advice: "其中一个关闭后，它会自动接手。",
  },
  unknownModel: {
    what: "服务器没有适合这里的模型。",
    advice: "请换一台能运行的设备，或请这台服务器的管理者换个模型。",
  },
  contextTooLong: {
    what: "这个对话太长了，蜂群装不下。",
    advice: "请开始新对话，或缩短消息。",
  },
  consent: {
    what: "服务器不再接纳这个嵌入框。",
    advice: "请在单独的标签页中贡献算力。",
  },
  rateLimited: { what: "一下子太多了，超过了服务器对一个标签页的限制。", advice: "请过一会儿再试。" },
  queueFull: { what: "等这个模型的人太多了。", advice: "请过几分钟再试，或者来贡献。" },
  refused: { what: "服务器没有同意这个请求。", advice: "请过一会儿再试。" },
  queueTimeout: {
    what: "等了十分钟，没有人有空回答。",
    advice: "请稍后再试，或在此标签页里运行模型。",
  },
  heldByWindow: {
    what: "这个浏览器的另一个窗口占用这个模型已有十分钟。",
    advice: "请停止那边的回答或关掉那个窗口，再试一次。",
  },
  linkFailed: {
    what: "这个标签页没能连上要计算回答的标签页。",
    advice: "请重试；如果一直这样，可能是你的网络阻止了 WebRTC：请改为在此标签页里运行模型。",
  },
  contextFull: {
    what: "加上这条消息，对话有 {{promptTokens}} 个 token；模型最多读 {{maxPositions}} 个。",
    advice: "请开始新对话，或缩短消息。",
  },
  weightsUnreachable: {
    what: "没能加载模型文件。",
    advice: "已下载的部分会保留：重新开始就能接着来。{{detail}}",
  },
  notKept: {
    what: "这些层可以用，但这个浏览器没能存下来：下次访问还要重新加载。",
    advice: "原因：{{detail}}",
  },
  noWebgpu: {
    what: "这里用不了 WebGPU：{{detail}}",
    advice: "请打开硬件加速，或使用新版 Chrome、Edge 或 Safari；也可以让 CPU 来算（较慢）。",
  },
  noF16: {
    what: "这里不支持 16 位浮点数：{{detail}}",
    advice: "请选一个不用 f16 的模型，例如名称以 q4 结尾的。",
  },
  deviceLost: {
    what: "图形设备断开了：驱动重启了，或设备被拔掉了。",
    advice: "请重新开始；如果又出现，请调低内存预算。",
  },
  outOfMemory: {
    what: "这台设备的内存不够了。",
    advice: "请调低内存预算，或关闭其他标签页，再重新开始。",
  },
  knownAnswer: {
    what: "有一道已知答案的题，这台设备算错了，所以它不为别人计算。",
    advice: "请更新显卡驱动或浏览器，或使用 ?backend=wasm。",
  },
  weightsCorrupt: {
    what: "这个模型有一个文件不对，所以不运行它。",
    advice: "请稍后重新开始，只会加载还缺的部分；如果一直这样，请告诉这台服务器的管理者：{{detail}}",
  },
  workerCrashed: {
    what: "页面里运行模型的部分崩溃了。",
    advice: "请重新开始；如果又出现，请调低内存预算。",
  },
  modelFault: {
    what: "模型没能运行（{{detail}}）。",
    advice: "请刷新页面；如果又出现，请报告给我们。",
  },
  hopLeft: {
    what: "参与计算这个回答的一个标签页离开了。",
    advice: "请重试：等其他标签页拿到这些层，就会重新开始；也可以在此标签页里运行模型。",
  },
  hopSilent: {
    what: "参与计算这个回答的一个标签页没有回音了。",
    advice: "请重试：回答会重新开始。",
  },
  contextGrown: {
    what: "对话超出了为它预留的长度。",
    advice: "请开始新对话，或要一个短一点的回答。",
  },
  chatForgotten: {
    what: "帮忙的标签页已经忘了这个对话。",
    advice: "请重试：它们会从头再读一遍。",
  },
  hopFailed: {
    what: "参与计算这个回答的一个标签页没法继续了。",
    advice: "请重试：回答会通过其他标签页重新开始。",
  },
  noModel: {
    what: "蜂群没有说明它有哪些模型。",
    advice: "请检查网络连接，然后重试。",
  },
  servesNone: { what: "这台服务器还没有提供任何模型。", advice: "它的管理者可以添加。" },
  codeMissing: {
    what: "与蜂群通信的代码没能加载出来。",
    advice: "请检查网络连接，然后刷新页面。",
  },
  pageFault: {
    what: "这个页面出了点问题。",
    advice: "请重试；如果又出现，请刷新页面。",
  },
  cutOff: {
    what: "页面关闭时，这个回答中断了。",
    advice: "按“重试”会接着写，或把问题重新问一遍。",
  },
  writtenElsewhere: {
    what: "另一个窗口正在这个对话里写回答。",
    advice: "请等它写完后重试。",
  },
  otherModel: {
    what: "开始写这个回答的模型，现在没法用。",
    advice: "等有人提供时再选它，或重新提问。",
  },
  chatsNotKept: {
    what: "这个浏览器不让页面保存你的对话。",
    advice: "请删除旧对话或腾出磁盘空间，并退出无痕浏览；在那之前，请导出你需要的内容。",
  },
};
