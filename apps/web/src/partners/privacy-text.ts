import type { Language } from "@potluck/words";

/**
 * What a partner can put on its own privacy page, in paragraphs. `host` is this Potluck's. Not in the catalog, since every
 * language is shown whichever the page speaks.
 */
export function privacyText(language: Language, host: string): string {
  return texts[language].map((paragraph) => paragraph.replaceAll("HOST", host)).join("\n\n");
}

const texts: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "Lending computing time with Potluck",
    "This site lets you lend some of your device's computing time to Potluck, where many browsers answer questions with a language model together. It is voluntary, and this site works the same without it.",
    "Who: Potluck's script and a small frame are loaded from HOST, which is run by [name and address of the operator]. HOST sees your IP address and which site you came from, as with everything that a page loads from elsewhere.",
    "Only with your consent: the frame asks you, and nothing else is loaded or computed before you agree. If you agree, your browser loads program files and parts of a language model from HOST [and from where the model's files are], and computes with them: at most a quarter of the time of your graphics processor (or your processor), and at most 500 MB of traffic a day.",
    "What others see: your browser connects directly to the browsers of other participants, so they, and the servers that help to make these connections, can see your IP address. HOST sees it too, together with this site's address, which part of the model you hold and how many answers you helped with. Numbers and text of other people's chats pass through your device. Nothing of what you do or read on this site is passed on, and this site gets nothing but state, sums and error messages.",
    "What is kept: no cookies are set. In the frame's own storage in your browser are your consent, which ends after 24 hours, or your no, which is kept for 30 days, and the loaded parts of the model. HOST counts for each site and day what all visitors gave together, without addresses or ids. [How long the operator's server keeps its logs.]",
    "Withdrawing: press Stop in the frame at any time. It ends everything within a second and withdraws your consent for the future. Deleting this site's data in your browser deletes what the frame has kept. The legal basis is your consent [Art. 6(1)(a) GDPR, or what applies to you].",
  ],
  de: [
    "Rechenzeit leihen mit Potluck",
    "Auf dieser Seite kannst du etwas Rechenzeit deines Geräts an Potluck leihen. Dort beantworten viele Browser gemeinsam Fragen mit einem Sprachmodell. Das ist freiwillig, und die Seite funktioniert ohne es genauso.",
    "Wer: Das Skript und ein kleiner Rahmen von Potluck werden von HOST geladen. Betreiber ist [Name und Anschrift des Betreibers]. HOST sieht dabei deine IP-Adresse und von welcher Seite du kommst, wie bei allem, was eine Seite von anderswo lädt.",
    "Nur mit deiner Einwilligung: Der Rahmen fragt dich, und bevor du zustimmst, wird sonst nichts geladen und nichts berechnet. Wenn du zustimmst, lädt dein Browser Programmdateien und Teile eines Sprachmodells von HOST [und von dort, wo die Dateien des Modells liegen] und rechnet damit: höchstens ein Viertel der Zeit deines Grafikprozessors (oder Prozessors) und höchstens 500 MB Datenverkehr am Tag.",
    "Was andere sehen: Dein Browser verbindet sich direkt mit den Browsern anderer Teilnehmer. Darum können sie und die Server, die beim Verbinden helfen, deine IP-Adresse sehen. Auch HOST sieht sie, zusammen mit der Adresse dieser Seite, welchen Teil des Modells du hältst und bei wie vielen Antworten du geholfen hast. Zahlen und Text aus Chats anderer Leute laufen durch dein Gerät. Von dem, was du auf dieser Seite tust oder liest, wird nichts weitergegeben, und diese Seite erfährt nur Zustand, Summen und Fehlermeldungen.",
    "Was gespeichert wird: Es werden keine Cookies gesetzt. Im eigenen Speicher des Rahmens in deinem Browser liegen deine Einwilligung, die nach 24 Stunden endet, oder dein Nein, das 30 Tage gilt, und die geladenen Teile des Modells. HOST zählt für jede Seite und jeden Tag, was alle Besucher zusammen beigetragen haben, ohne Adressen oder Kennungen. [Wie lange der Server des Betreibers Protokolle aufbewahrt.]",
    "Widerruf: Drück jederzeit im Rahmen auf „Stopp“. Das beendet alles innerhalb einer Sekunde und widerruft deine Einwilligung für die Zukunft. Wenn du im Browser die Daten dieser Seite löschst, ist auch gelöscht, was der Rahmen gespeichert hat. Rechtsgrundlage ist deine Einwilligung [Art. 6 Abs. 1 lit. a DSGVO, oder was für dich gilt].",
  ],
  es: [
    "Prestar tiempo de cálculo con Potluck",
    "En este sitio puedes prestar parte del tiempo de cálculo de tu dispositivo a Potluck, donde muchos navegadores responden juntos preguntas con un modelo de lenguaje. Es voluntario, y este sitio funciona igual sin ello.",
    "Quién: el script y un pequeño marco de Potluck se cargan desde HOST, a cargo de [nombre y dirección del operador]. HOST ve tu dirección IP y desde qué sitio llegas, como ocurre con todo lo que una página carga de otro lugar.",
    "Solo con tu consentimiento: el marco te pregunta, y antes de que aceptes no se descarga ni se calcula nada más. Si aceptas, tu navegador descarga archivos de programa y partes de un modelo de lenguaje desde HOST [y desde donde estén los archivos del modelo] y calcula con ellos: como mucho una cuarta parte del tiempo de tu procesador gráfico (o de tu procesador) y como mucho 500 MB de tráfico al día.",
    "Lo que ven otros: tu navegador se conecta directamente con los de otros participantes, así que ellos, y los servidores que ayudan a conectar, pueden ver tu dirección IP. HOST también la ve, junto con la dirección de este sitio, qué parte del modelo tienes y en cuántas respuestas has ayudado. Por tu dispositivo pasan números y texto de chats de otras personas. No se transmite nada de lo que haces o lees en este sitio, y este sitio solo recibe el estado, sumas y mensajes de error.",
    "Qué se guarda: no se usan cookies. En el almacenamiento propio del marco en tu navegador quedan tu consentimiento, que termina a las 24 horas, o tu negativa, que se guarda 30 días, y las partes del modelo descargadas. HOST cuenta por sitio y día lo que han aportado todos los visitantes juntos, sin direcciones ni identificadores. [Cuánto tiempo guarda sus registros el servidor del operador.]",
    "Cómo retirarlo: pulsa «Parar» en el marco en cualquier momento. Lo termina todo en un segundo y retira tu consentimiento para el futuro. Al borrar los datos de este sitio en el navegador se borra también lo que guardó el marco. La base jurídica es tu consentimiento [art. 6.1.a del RGPD, o la que te corresponda].",
  ],
  zh: [
    "通过 Potluck 借出算力",
    "在本站，你可以把设备的一部分算力借给 Potluck。在那里，许多浏览器一起用语言模型回答问题。这是自愿的；不参加，本站的功能也完全一样。",
    "由谁提供：Potluck 的脚本和一个小框架从 HOST 加载，运营者是[运营者的名称和地址]。和页面从别处加载任何内容一样，HOST 会看到你的 IP 地址，以及你来自哪个网站。",
    "只在你同意之后：框架会询问你；你同意之前，不会再加载或计算任何东西。如果你同意，你的浏览器会从 HOST [以及存放模型文件的地方]加载程序文件和语言模型的一部分，并用它们计算：最多占用图形处理器（或处理器）四分之一的时间，每天流量最多 500 MB。",
    "别人能看到什么：你的浏览器会直接连接其他参与者的浏览器，所以他们以及帮助建立连接的服务器能看到你的 IP 地址。HOST 也能看到它，以及本站的地址、你持有模型的哪一部分、你帮忙完成了多少个回答。别人聊天中的数字和文字会经过你的设备。你在本站做什么、读什么，都不会传出去；本站只会得到状态、总数和错误信息。",
    "保存什么：不设 Cookie。在你的浏览器里，框架自己的存储中有你的同意（24 小时后失效）或拒绝（保留 30 天），以及加载过的模型部分。HOST 按网站和日期统计所有访客合计贡献了多少，不含地址或标识。[运营者的服务器保留日志多久。]",
    "撤回：随时可以在框架里按“停止”。它会在一秒内结束一切，并撤回今后的同意。在浏览器里删除本站数据，也会删除框架保存的内容。法律依据是你的同意[《通用数据保护条例》第 6 条第 1 款 (a) 项，或适用于你的规定]。",
  ],
};
