import type { ProblemCatalog } from "../problem-catalog.ts";

export const problems: ProblemCatalog = {
  serverGone: {
    what: "Der Server von Potluck ist nicht zu erreichen.",
    advice:
      "Es wird von selbst weiter versucht; prüfe deine Verbindung, wenn es so bleibt. Ein Modell in diesem Tab geht auch ohne ihn.",
  },
  internal: {
    what: "In Potluck selbst ging etwas schief ({{detail}}).",
    advice: "Lade die Seite neu; wenn es wiederkommt, melde es bitte.",
  },
  versionMismatch: { what: "Diese Seite und der Server haben verschiedene Versionen.", advice: "Lade die Seite neu." },
  budgetTooSmall: {
    what: "Das Speicherbudget ist für jeden Teil eines Modells zu klein.",
    advice: "Erhöhe das Speicherbudget und starte noch einmal.",
  },
  heldBeside: {
    what: "Andere Tabs dieses Browsers halten alle Schichten, die dieser übernehmen könnte.",
    advice: "Er übernimmt von selbst, wenn einer davon zugeht.",
  },
  unknownModel: {
    what: "Der Server hat kein Modell dafür.",
    advice: "Nimm ein Gerät, das es kann, oder bitte den Betreiber dieses Servers um ein anderes Modell.",
  },
  contextTooLong: {
    what: "Der Chat ist länger, als der Schwarm fassen kann.",
    advice: "Beginn einen neuen Chat oder kürze die Nachricht.",
  },
  consent: {
    what: "Der Server lässt diesen Rahmen nicht mehr zu.",
    advice: "Rechne in einem eigenen Tab mit.",
  },
  rateLimited: {
    what: "Das war mehr auf einmal, als der Server einem Tab erlaubt.",
    advice: "Versuch es gleich noch einmal.",
  },
  queueFull: {
    what: "Zu viele Leute warten auf dieses Modell.",
    advice: "Versuch es in ein paar Minuten noch einmal oder rechne mit.",
  },
  refused: { what: "Der Server hat das nicht zugelassen.", advice: "Versuch es gleich noch einmal." },
  queueTimeout: {
    what: "Zehn Minuten lang war niemand für eine Antwort frei.",
    advice: "Versuch es später noch einmal oder lass das Modell in diesem Tab rechnen.",
  },
  heldByWindow: {
    what: "Ein anderes Fenster dieses Browsers hat dieses Modell zehn Minuten lang belegt.",
    advice: "Brich dort die Antwort ab oder schließ das Fenster und versuch es noch einmal.",
  },
  linkFailed: {
    what: "Dieser Tab konnte einen Tab, der die Antwort rechnen sollte, nicht erreichen.",
    advice:
      "Versuch es noch einmal; wenn es so bleibt, blockiert dein Netz vielleicht WebRTC: Lass das Modell dann in diesem Tab rechnen.",
  },
  contextFull: {
    what: "Mit dieser Nachricht ist der Chat {{promptTokens}} Tokens lang; das Modell liest höchstens {{maxPositions}}.",
    advice: "Beginn einen neuen Chat oder kürze die Nachricht.",
  },
  weightsUnreachable: {
    what: "Die Dateien des Modells ließen sich nicht laden.",
    advice: "Was ankam, bleibt da: Starte noch einmal, dann geht es dort weiter. {{detail}}",
  },
  notKept: {
    what: "Diese Schichten funktionieren, aber dieser Browser konnte sie nicht behalten: Beim nächsten Besuch werden sie neu geladen.",
    advice: "{{detail}}",
  },
  noWebgpu: {
    what: "{{detail}}",
    advice:
      "Schalte die Hardwarebeschleunigung ein, nimm ein aktuelles Chrome, Edge oder Safari oder lass die CPU rechnen (langsamer).",
  },
  noF16: {
    what: "{{detail}}",
    advice: "Wähl ein Modell ohne f16, zum Beispiel eins, dessen Name auf q4 endet.",
  },
  deviceLost: {
    what: "Die Grafikeinheit ging verloren: Ihr Treiber ist neu gestartet, oder sie wurde abgezogen.",
    advice: "Starte noch einmal; wenn es wiederkommt, senke das Speicherbudget.",
  },
  outOfMemory: {
    what: "Diesem Gerät ist der Speicher ausgegangen.",
    advice: "Senke das Speicherbudget oder schließ andere Tabs und starte noch einmal.",
  },
  knownAnswer: {
    what: "Dieses Gerät hat eine bekannte Antwort falsch gerechnet, darum hilft es anderen nicht.",
    advice: "Aktualisiere den Grafiktreiber oder den Browser oder nimm ?backend=wasm.",
  },
  weightsCorrupt: {
    what: "Eine Datei dieses Modells ist nicht, was sie sein soll, darum läuft es nicht.",
    advice:
      "Starte später noch einmal, dann wird nur geladen, was noch fehlt; wenn es so bleibt, sag dem Betreiber dieses Servers: {{detail}}",
  },
  workerCrashed: {
    what: "Der Teil der Seite, in dem das Modell läuft, ist abgestürzt.",
    advice: "Starte noch einmal; wenn es wiederkommt, senke das Speicherbudget.",
  },
  modelFault: {
    what: "Das Modell konnte nicht laufen ({{detail}}).",
    advice: "Lade die Seite neu; wenn es wiederkommt, melde es bitte.",
  },
  hopLeft: {
    what: "Ein Tab, der diese Antwort rechnete, ist gegangen.",
    advice:
      "Versuch es noch einmal: Sie beginnt neu, sobald andere Tabs diese Schichten halten; oder lass das Modell in diesem Tab rechnen.",
  },
  hopSilent: {
    what: "Ein Tab, der diese Antwort rechnete, ist verstummt.",
    advice: "Versuch es noch einmal: Die Antwort beginnt neu.",
  },
  contextGrown: {
    what: "Der Chat ist über das hinausgewachsen, was für ihn reserviert war.",
    advice: "Beginn einen neuen Chat oder bitte um eine kürzere Antwort.",
  },
  chatForgotten: {
    what: "Die helfenden Tabs haben diesen Chat vergessen.",
    advice: "Versuch es noch einmal: Er wird neu gelesen.",
  },
  hopFailed: {
    what: "Ein Tab, der diese Antwort rechnete, konnte nicht weitermachen.",
    advice: "Versuch es noch einmal: Die Antwort beginnt neu, durch andere Tabs.",
  },
  noModel: {
    what: "Der Schwarm hat nicht gesagt, welche Modelle er hat.",
    advice: "Prüfe deine Internetverbindung und versuch es noch einmal.",
  },
  servesNone: {
    what: "Dieser Server bietet noch kein Modell an.",
    advice: "Wer ihn betreibt, kann eins hinzufügen.",
  },
  codeMissing: {
    what: "Der Code, der mit dem Schwarm spricht, ließ sich nicht laden.",
    advice: "Prüfe deine Internetverbindung und lade die Seite neu.",
  },
  pageFault: {
    what: "Auf dieser Seite ging etwas schief.",
    advice: "Versuch es noch einmal; wenn es wieder passiert, lade die Seite neu.",
  },
  cutOff: {
    what: "Diese Antwort brach ab, als die Seite geschlossen wurde.",
    advice: "„Noch einmal“ setzt sie fort oder stellt die Frage neu.",
  },
  writtenElsewhere: {
    what: "Ein anderes Fenster schreibt in diesem Chat gerade eine Antwort.",
    advice: "Versuch es noch einmal, wenn sie fertig ist.",
  },
  otherModel: {
    what: "Das Modell, das diese Antwort begonnen hat, ist gerade nicht erreichbar.",
    advice: "Wähle es wieder, sobald es angeboten wird, oder stelle die Frage neu.",
  },
  chatsNotKept: {
    what: "Dieser Browser lässt die Seite deine Chats nicht speichern.",
    advice:
      "Lösche alte Chats oder schaffe Speicherplatz, und verlasse den privaten Modus; exportiere bis dahin, was du brauchst.",
  },
};
