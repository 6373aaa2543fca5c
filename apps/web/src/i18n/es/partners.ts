import type { SameKeys } from "../catalog.ts";
import type { LateCatalogs } from "../late-words.ts";

export const partners: SameKeys<LateCatalogs["partners"]> = {
  heading: "Sitios que traen a sus visitantes",
  lead: "Un sitio asociado pone una sola etiqueta de script en sus páginas, y quienes lo visitan pueden decidir prestar algo de su dispositivo. Nadie presta nada antes de decir que sí, y el sitio no puede decirlo por ellos.",
  list: {
    heading: "Lo que han aportado sus visitantes",
    caption: "Lo que han aportado los visitantes de cada sitio desde que está asociado",
    wait: "Preguntando al servidor…",
    none: "Todavía no aparece ningún sitio asociado.",
    failed: "No se pudo cargar la lista.",
  },
  gifts: {
    name: "Sitio",
    since: "Desde",
    tabsNow: "Visitantes ahora",
    consents: "Permisos",
    answers: "Respuestas",
    tokens: "Tokens",
    hours: "Horas",
  },
  fault: {
    gone: "El servidor no respondió. Comprueba tu conexión a internet.",
    odd: "El servidor respondió algo que esta página no entiende. Quizá se esté reiniciando o sea más nuevo que esta página.",
    retry: "Volver a intentarlo",
  },
  visitors: {
    heading: "Lo que ven tus visitantes",
    lead: "Estas reglas valen para todos los sitios asociados. Una página solo puede pedir menos.",
    asked:
      "Se les pregunta en un marco nuestro y en su idioma: qué se ejecuta, cuánta GPU, cuántos megabytes, que otras personas ven su dirección IP y cómo parar. Un no es una pulsación; un sí necesita una segunda, que muestra que se ha visto. Antes de un sí no se descarga ni se calcula nada.",
    share: "Después se usa como mucho el {{share, number}} % del tiempo de la GPU, y la de bajo consumo si hay dos.",
    data: "Se bajan y suben como mucho {{cap, bytes}} al día.",
    pauses:
      "Hace una pausa mientras tu página o el marco vayan a tirones, mientras la página esté oculta con batería y en conexiones lentas o con ahorro de datos.",
    phones: "En teléfonos y con poca memoria no se pregunta a nadie, salvo que abra la pregunta por su cuenta.",
    sight:
      "Mientras algo se ejecuta, una insignia muestra su estado. Si deja de verse durante cinco segundos, se hace una pausa.",
    stop: "«Parar» en la insignia lo termina todo en un segundo y retira el permiso.",
    day: "Un sí vale 24 horas en tu sitio y en ningún otro.",
    no: "Después de un no, no se vuelve a preguntar en 30 días.",
  },
  become: {
    heading: "Asocia tu sitio",
    ask: "Pide una clave de sitio a quien lleva este Potluck. Dile el nombre de tu sitio y sus orígenes, como https://www.example.org: solo las páginas de esos orígenes pueden mostrar el marco.",
    put: "Pon la etiqueta de script en tus páginas, con tu clave en lugar de {{key}}. No hace falta nada más.",
    tell: "Cuéntalo en tu página de privacidad. Más abajo hay textos para ello.",
  },
  code: {
    tag: "Etiqueta de script",
    tagHint: "Sigue sola las versiones nuevas y se carga sin retrasar tu página.",
    versioned: "Una versión fija, con su integridad",
    versionedHint:
      "El navegador ejecuta exactamente este archivo o nada. Sigue disponible; para tener uno más nuevo, vuelve a copiar la etiqueta.",
    versionedWait: "Preguntando al servidor por la versión actual…",
    versionedFailed: "No se pudo preparar la etiqueta de una versión fija.",
    element: "Como elemento",
    elementHint:
      "El elemento es un recuadro de tu página que muestra la invitación. Dale, también con tus propios estilos, al menos 200 × 48 píxeles: desde uno más pequeño, la invitación se va a la esquina.",
    policy: "Para páginas con política de seguridad de contenido",
    policyHint:
      "Añádelas a tus directivas; no hace falta nada más, tampoco junto a default-src 'none'. Donde una política bloquea el script, no se muestra nada ni se rompe nada.",
    api: "Lo que puede hacer el script de tu página",
    apiHint:
      "Está disponible cuando el script se ha cargado; quien escucha tarde oye enseguida el último evento. No hay forma de empezar: solo puede hacerlo quien visita, dentro del marco.",
  },
  attributes: {
    heading: "Lo que se le puede indicar a la etiqueta",
    name: "Atributo",
    values: "Valores",
    what: "Qué hace",
    "data-site": "Tu clave. En el elemento: site.",
    "data-position":
      "En la esquina de la ventana o en el recuadro que rodea la etiqueta: el elemento de tu página en el que está el script.",
    "data-theme": "Claro u oscuro, o como el sistema de quien visita.",
    "data-language": "El idioma inicial. Sin él, el de quien visita.",
  },
  privacy: {
    heading: "Para tu página de privacidad",
    lead: "Un texto en cada idioma, para empezar: rellena lo que está entre [corchetes] y haz que lo revisen si tu ley lo pide.",
    link: "Quién ve qué en Potluck",
  },
};
