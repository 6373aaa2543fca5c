import type { ProblemCatalog } from "../problem-catalog.ts";

export const problems: ProblemCatalog = {
  serverGone: {
    what: "No se puede contactar con el servidor de Potluck.",
    advice:
      "Se vuelve a intentar solo; si no se arregla, revisa tu conexión. Un modelo en esta pestaña funciona sin el servidor.",
  },
  internal: {
    what: "Algo ha fallado en el propio Potluck ({{detail}}).",
    advice: "Recarga la página; si vuelve a pasar, avísanos, por favor.",
  },
  versionMismatch: { what: "Esta página y el servidor son de versiones distintas.", advice: "Recarga la página." },
  budgetTooSmall: {
    what: "El límite de memoria no alcanza para ninguna parte de un modelo.",
    advice: "Sube el límite de memoria y empieza otra vez.",
  },
  heldBeside: {
    what: "Otras pestañas de este navegador ya tienen todas las capas que esta podría tomar.",
    advice: "Cuando se cierre una de ellas, esta toma el relevo sola.",
  },
  unknownModel: {
    what: "El servidor no tiene ningún modelo adecuado.",
    advice: "Usa un dispositivo que pueda con él, o pide otro modelo a quien administra este servidor.",
  },
  contextTooLong: {
    what: "El chat es más largo de lo que admite el enjambre.",
    advice: "Empieza un chat nuevo o acorta el mensaje.",
  },
  consent: {
    what: "El servidor ya no admite este marco.",
    advice: "Dona en una pestaña propia.",
  },
  rateLimited: {
    what: "Han sido más peticiones seguidas de las que el servidor permite a una pestaña.",
    advice: "Inténtalo otra vez dentro de un momento.",
  },
  queueFull: {
    what: "Hay demasiada gente esperando este modelo.",
    advice: "Inténtalo otra vez dentro de unos minutos, o aporta capas.",
  },
  refused: { what: "El servidor no lo ha permitido.", advice: "Inténtalo otra vez dentro de un momento." },
  queueTimeout: {
    what: "En diez minutos no ha habido ninguna pestaña libre para responder.",
    advice: "Inténtalo más tarde, o usa el modelo en esta pestaña.",
  },
  heldByWindow: {
    what: "Otra ventana de este navegador lleva diez minutos ocupando este modelo.",
    advice: "Detén su respuesta o cierra esa ventana, e inténtalo otra vez.",
  },
  linkFailed: {
    what: "Esta pestaña no pudo conectarse con una de las que iban a calcular la respuesta.",
    advice:
      "Inténtalo otra vez; si sigue igual, puede que tu red bloquee WebRTC: usa entonces el modelo en esta pestaña.",
  },
  contextFull: {
    what: "Con este mensaje el chat ocupa {{promptTokens}} tokens; el modelo lee {{maxPositions}} como máximo.",
    advice: "Empieza un chat nuevo o acorta el mensaje.",
  },
  weightsUnreachable: {
    what: "No se pudieron descargar los archivos del modelo.",
    advice: "Lo que llegó queda guardado: empieza otra vez para seguir desde ahí. {{detail}}",
  },
  notKept: {
    what: "Estas capas funcionan, pero este navegador no pudo guardarlas: en la próxima visita se descargarán de nuevo.",
    advice: "{{detail}}",
  },
  noWebgpu: {
    what: "{{detail}}",
    advice:
      "Activa la aceleración por hardware o usa un Chrome, Edge o Safari actual; o deja que trabaje la CPU (más lenta).",
  },
  noF16: { what: "{{detail}}", advice: "Elige un modelo sin f16, por ejemplo uno cuyo nombre acabe en q4." },
  deviceLost: {
    what: "Se perdió la tarjeta gráfica: su controlador se reinició o la desconectaron.",
    advice: "Empieza otra vez; si vuelve a pasar, baja el límite de memoria.",
  },
  outOfMemory: {
    what: "Este dispositivo se quedó sin memoria.",
    advice: "Baja el límite de memoria o cierra otras pestañas, y empieza otra vez.",
  },
  knownAnswer: {
    what: "Este dispositivo calculó mal una respuesta conocida, así que no atiende a otras personas.",
    advice: "Actualiza el controlador gráfico o el navegador, o usa ?backend=wasm.",
  },
  weightsCorrupt: {
    what: "Un archivo de este modelo no es el que debería, así que no se ejecuta.",
    advice:
      "Empieza otra vez más tarde; solo se descarga lo que falte. Si sigue igual, avisa a quien administra este servidor: {{detail}}",
  },
  workerCrashed: {
    what: "Falló la parte de la página que ejecuta el modelo.",
    advice: "Empieza otra vez; si vuelve a pasar, baja el límite de memoria.",
  },
  modelFault: {
    what: "El modelo no pudo ejecutarse ({{detail}}).",
    advice: "Recarga la página; si vuelve a pasar, avísanos, por favor.",
  },
  hopLeft: {
    what: "Se fue una pestaña que calculaba esta respuesta.",
    advice:
      "Inténtalo otra vez: empezará de nuevo cuando otras pestañas tengan estas capas; o usa el modelo en esta pestaña.",
  },
  hopSilent: {
    what: "Una pestaña que calculaba esta respuesta dejó de responder.",
    advice: "Inténtalo otra vez: la respuesta empieza de nuevo.",
  },
  contextGrown: {
    what: "El chat creció más que el espacio que tenía reservado.",
    advice: "Empieza un chat nuevo o pide una respuesta más corta.",
  },
  chatForgotten: {
    what: "Las pestañas que ayudaban han olvidado este chat.",
    advice: "Inténtalo otra vez: se lee de nuevo.",
  },
  hopFailed: {
    what: "Una pestaña que calculaba esta respuesta no pudo seguir.",
    advice: "Inténtalo otra vez: la respuesta empieza de nuevo por otras pestañas.",
  },
  noModel: {
    what: "El enjambre no dijo qué modelos tiene.",
    advice: "Revisa tu conexión a internet e inténtalo otra vez.",
  },
  servesNone: {
    what: "Este servidor todavía no sirve ningún modelo.",
    advice: "Puede añadirlo quien lo administra.",
  },
  codeMissing: {
    what: "No se pudo cargar el código que habla con el enjambre.",
    advice: "Revisa tu conexión a internet y recarga la página.",
  },
  pageFault: {
    what: "Algo ha fallado en esta página.",
    advice: "Inténtalo otra vez; si vuelve a pasar, recarga la página.",
  },
  cutOff: {
    what: "Esta respuesta se cortó al cerrarse la página.",
    advice: "«Reintentar» la continúa o vuelve a hacer la pregunta.",
  },
  writtenElsewhere: {
    what: "Otra ventana está escribiendo una respuesta en este chat.",
    advice: "Inténtalo otra vez cuando termine.",
  },
  otherModel: {
    what: "Ahora no se puede preguntar al modelo que empezó esta respuesta.",
    advice: "Elígelo de nuevo cuando esté disponible o vuelve a hacer la pregunta.",
  },
  chatsNotKept: {
    what: "Este navegador no deja que la página guarde tus chats.",
    advice:
      "Elimina chats antiguos o libera espacio, y sal de la navegación privada; mientras tanto, exporta lo que necesites.",
  },
};
