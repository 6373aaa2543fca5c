import type { SameKeys } from "../catalog.ts";
import type { LateCatalogs } from "../late-words.ts";

export const privacy: SameKeys<LateCatalogs["privacy"]> = {
  title: "Quién ve qué",
  lead: "Potluck no tiene cuentas ni usa cookies. Lo que escribes va adonde dice la indicación junto al mensaje, y a ningún otro sitio.",
  here: {
    title: "Solo esta pestaña",
    words:
      "El modelo se ejecuta en tu dispositivo. Tus mensajes, las respuestas y todo lo intermedio se quedan en este navegador. Solo se descargan los archivos del modelo.",
    how: "Cómo usarlo",
    steps:
      "En el chat, pulsa «Usar solo esta pestaña» junto al mensaje. La elección se mantiene hasta que la cambies. La primera respuesta tarda más, porque antes se descarga el modelo entero; después funciona incluso sin conexión.",
  },
  swarm: {
    title: "Enjambre público",
    words: "Pestañas de otras personas calculan juntas tus respuestas. Cada una tiene unas capas del modelo.",
    sees: "Ve",
    not: "No ve",
    tabs: "Las pestañas que ayudan",
    tabsSees:
      "La pestaña con las primeras capas recibe tu chat entero, palabra por palabra. La que tiene las últimas capas recibe la respuesta. Las de en medio reciben números de los que se puede deducir buena parte del texto. Todas pueden ver tu dirección IP o una de tu red.",
    tabsNot: "Tu nombre, tus otros chats y lo que escribes sin enviarlo.",
    server: "El servidor de este sitio",
    serverSees:
      "Tu dirección IP, qué modelo pides, lo largo que es el chat, qué pestañas te responden y qué capas prestas. Lo usa para encontrarte pestañas.",
    serverNot: "Tus mensajes y las respuestas. Van de pestaña en pestaña.",
    files: "Donde están los archivos del modelo",
    filesSees: "Tu dirección IP y qué archivos descargas, como en cualquier descarga.",
    filesNot: "Nada sobre tus chats.",
    trust:
      "Nadie comprueba de quién son las pestañas que ayudan. Podrían guardar lo que leen, y cabe una respuesta equivocada. Así que no envíes al enjambre público lo que deba quedarse contigo: contraseñas, datos de otras personas, secretos.",
  },
  kept: {
    title: "Lo que guarda este navegador",
    words:
      "Tus chats, borradores y ajustes, las cifras de lo que has aportado y los archivos de modelos ya descargados. Todo se queda en este navegador; nadie más tiene una copia. Al eliminar un chat desaparece, y al borrar los datos de este sitio en el navegador desaparece todo.",
  },
  giving: {
    title: "Cuando prestas tu pestaña",
    words:
      "Nada se descarga ni se calcula para otras personas hasta que pulsas el botón de empezar. Entonces tu pestaña es una de las que ayudan: las demás ven su dirección IP y el servidor sabe qué capas tiene.",
  },
  elsewhere: {
    title: "Cuando te pregunta otro sitio",
    words:
      "Otros sitios pueden mostrar un marco nuestro que pregunta si prestas algo de tu dispositivo mientras estás allí. Nada se descarga antes de que digas que sí, y el sitio solo recibe el estado, sumas y errores.",
    link: "Qué supone visitar un sitio así",
  },
  back: "Volver al chat",
};
