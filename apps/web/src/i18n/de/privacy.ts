import type { SameKeys } from "../catalog.ts";
import type { LateCatalogs } from "../late-words.ts";

export const privacy: SameKeys<LateCatalogs["privacy"]> = {
  title: "Wer sieht was",
  lead: "Potluck hat keine Konten und setzt keine Cookies. Was du schreibst, geht dorthin, wo es neben dem Nachrichtenfeld steht, und nirgends sonst hin.",
  here: {
    title: "Nur dieser Tab",
    words:
      "Das Modell läuft auf deinem Gerät. Deine Nachrichten, die Antworten und alles dazwischen bleiben in diesem Browser. Nur die Dateien des Modells werden geladen.",
    how: "So geht es",
    steps:
      "Drück im Chat neben dem Nachrichtenfeld auf „Nur diesen Tab nutzen“. Das gilt, bis du es änderst. Die erste Antwort dauert länger, weil zuerst das ganze Modell geladen wird; später geht es auch ohne Verbindung.",
  },
  swarm: {
    title: "Öffentlicher Schwarm",
    words: "Tabs anderer Leute berechnen deine Antworten gemeinsam. Jeder hält einige Schichten des Modells.",
    sees: "Sieht",
    not: "Sieht nicht",
    tabs: "Helfende Tabs",
    tabsSees:
      "Der Tab mit den ersten Schichten bekommt deinen ganzen Chat, Wort für Wort. Der Tab mit den letzten Schichten bekommt die Antwort. Die dazwischen bekommen Zahlen, aus denen sich ein großer Teil des Textes erraten lässt. Alle können deine IP-Adresse oder eine deines Netzes sehen.",
    tabsNot: "Deinen Namen, deine anderen Chats und was du tippst, aber nicht abschickst.",
    server: "Der Server dieser Seite",
    serverSees:
      "Deine IP-Adresse, nach welchem Modell du fragst, wie lang der Chat ist, welche Tabs dir antworten und welche Schichten du leihst. Damit findet er Tabs für dich.",
    serverNot: "Deine Nachrichten und die Antworten. Die gehen von Tab zu Tab.",
    files: "Wo die Dateien des Modells liegen",
    filesSees: "Deine IP-Adresse und welche Dateien du lädst, wie bei jedem Download.",
    filesNot: "Irgendetwas über deine Chats.",
    trust:
      "Niemand prüft, wem die helfenden Tabs gehören. Sie könnten behalten, was sie lesen, und eine Antwort kann falsch sein. Schick dem öffentlichen Schwarm also nichts, was bei dir bleiben soll: Passwörter, Daten anderer Leute, Geheimnisse.",
  },
  kept: {
    title: "Was dieser Browser behält",
    words:
      "Deine Chats, Entwürfe, Einstellungen, die Zahlen zu deinem Mitrechnen und die geladenen Dateien der Modelle. All das bleibt in diesem Browser; niemand sonst hat eine Kopie. Wenn du einen Chat löschst, ist er weg, und wenn du im Browser die Daten dieser Seite löschst, ist alles weg.",
  },
  giving: {
    title: "Wenn du deinen Tab leihst",
    words:
      "Für andere wird nichts geladen oder berechnet, bevor du auf „Jetzt mitrechnen“ drückst. Dann ist dein Tab einer der helfenden Tabs: Andere sehen seine IP-Adresse, und der Server weiß, welche Schichten er hält.",
  },
  elsewhere: {
    title: "Wenn eine andere Seite dich fragt",
    words:
      "Seiten können einen Rahmen von uns zeigen, der fragt, ob du dein Gerät ein wenig mitrechnen lässt, solange du dort bist. Vor deinem Ja wird nichts geladen, und die Seite erfährt nur Zustand, Summen und Fehler.",
    link: "Was dein Besuch auf so einer Seite bedeutet",
  },
  back: "Zurück zum Chat",
};
