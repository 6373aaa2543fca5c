import type { SameKeys } from "../catalog.ts";
import type { LateCatalogs } from "../late-words.ts";

export const partners: SameKeys<LateCatalogs["partners"]> = {
  heading: "Seiten, die ihre Besucher mitbringen",
  lead: "Ein Partner setzt ein Skript-Tag auf seine Seiten, und wer sie besucht, kann etwas vom eigenen Gerät leihen. Niemand leiht etwas, ohne ja zu sagen, und die Seite darum herum kann das nicht für ihn tun.",
  list: {
    heading: "Was ihre Besucher beigetragen haben",
    caption: "Was die Besucher jedes Partners beigetragen haben, seit er einer ist",
    wait: "Der Server wird gefragt…",
    none: "Noch ist kein Partner aufgeführt.",
    failed: "Die Liste konnte nicht geladen werden.",
  },
  gifts: {
    name: "Partner",
    since: "Seit",
    tabsNow: "Besucher gerade",
    consents: "Zusagen",
    answers: "Antworten",
    tokens: "Tokens",
    hours: "Stunden",
  },
  fault: {
    gone: "Der Server hat nicht geantwortet. Prüfe deine Internetverbindung.",
    odd: "Der Server hat etwas geantwortet, das diese Seite nicht versteht. Vielleicht startet er gerade neu oder ist neuer als diese Seite.",
    retry: "Noch einmal versuchen",
  },
  visitors: {
    heading: "Was deine Besucher sehen",
    lead: "Diese Regeln gelten für jeden Partner. Eine Seite kann nur um weniger bitten.",
    asked:
      "Sie werden in unserem eigenen Rahmen und in ihrer Sprache gefragt: was läuft, wie viel von der GPU, wie viele Megabyte, dass andere ihre IP-Adresse sehen und wie man aufhört. Ein Nein ist ein Druck; ein Ja braucht einen zweiten, der zeigt, dass es gesehen wurde. Vor einem Ja wird nichts geladen oder berechnet.",
    share: "Dann werden höchstens {{share, number}} % der GPU-Zeit genutzt, und wo es zwei GPUs gibt, die sparsamere.",
    data: "Höchstens {{cap, bytes}} am Tag werden geladen und gesendet.",
    pauses:
      "Es pausiert, solange deine Seite oder der Rahmen ruckelt, solange die Seite auf Akku verdeckt ist, und bei gesparten oder langsamen Verbindungen.",
    phones: "Auf Handys und bei wenig Speicher wird niemand gefragt, außer jemand öffnet die Frage selbst.",
    sight: "Solange etwas läuft, zeigt ein Abzeichen den Zustand. Ist es fünf Sekunden nicht zu sehen, pausiert es.",
    stop: "„Stopp“ auf dem Abzeichen beendet alles innerhalb einer Sekunde und nimmt das Ja zurück.",
    day: "Ein Ja gilt 24 Stunden auf deiner Seite und auf keiner anderen.",
    no: "Nach einem Nein wird 30 Tage lang nicht wieder gefragt.",
  },
  become: {
    heading: "Partner werden",
    ask: "Bitte den Betreiber dieses Potluck um einen Schlüssel für deine Seite. Nenne ihm ihren Namen und ihre Ursprünge, etwa https://www.example.org: Nur deren Seiten können den Rahmen zeigen.",
    put: "Setze das Skript-Tag auf deine Seiten, mit deinem Schlüssel anstelle von {{key}}. Mehr braucht es nicht.",
    tell: "Sag es deinen Besuchern auf deiner Datenschutzseite. Texte dafür stehen weiter unten.",
  },
  code: {
    tag: "Skript-Tag",
    tagHint: "Es folgt neuen Versionen von selbst und lädt, ohne deine Seite aufzuhalten.",
    versioned: "Eine Version, mit ihrer Prüfsumme",
    versionedHint:
      "Der Browser führt genau diese Datei aus oder nichts. Sie bleibt verfügbar; für eine neuere kopierst du das Tag noch einmal.",
    versionedWait: "Der Server wird nach der aktuellen Version gefragt…",
    versionedFailed: "Das Tag einer festen Version konnte nicht erstellt werden.",
    element: "Als Element",
    elementHint:
      "Das Element ist ein Kasten in deiner Seite, der die Einladung zeigt. Gib ihm, gern mit deinen eigenen Stilen, mindestens 200 × 48 Pixel: Aus einem kleineren geht sie in die Ecke.",
    policy: "Für Seiten mit Content Security Policy",
    policyHint:
      "Füge das deinen Direktiven hinzu; mehr braucht es nicht, auch neben default-src 'none'. Wo eine Richtlinie das Skript sperrt, wird nichts gezeigt, und nichts geht kaputt.",
    api: "Was das Skript deiner Seite kann",
    apiHint:
      "Es ist da, sobald das Skript geladen ist; wer spät zuhört, hört das letzte Ereignis sofort. Starten kann es nicht: Das kann nur, wer die Seite besucht, im Rahmen.",
  },
  attributes: {
    heading: "Was man dem Tag sagen kann",
    name: "Attribut",
    values: "Werte",
    what: "Was es bewirkt",
    "data-site": "Dein Schlüssel. Beim Element: site.",
    "data-position":
      "In der Ecke des Fensters oder im Kasten um das Tag: dem Element deiner Seite, in dem das Skript steht.",
    "data-theme": "Hell oder dunkel, oder wie das System der Besucher.",
    "data-language": "Die Sprache am Anfang. Ohne Angabe die der Besucher.",
  },
  privacy: {
    heading: "Für deine Datenschutzseite",
    lead: "Ein Text in jeder Sprache, als Anfang: Setze ein, was in [Klammern] steht, und lass ihn prüfen, wo dein Recht es verlangt.",
    link: "Wer bei Potluck was sieht",
  },
};
