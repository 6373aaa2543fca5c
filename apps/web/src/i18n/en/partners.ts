/** Words of the page for partners: what their visitors gave, and how to become one. Come with the page. */
export const partners = {
  heading: "Sites that bring their visitors",
  lead: "A partner puts one script tag on its pages, and its visitors may choose to lend some of their device. Nobody lends anything before saying yes, and the site around can't say it for them.",
  list: {
    heading: "What their visitors gave",
    caption: "What each partner's visitors gave since it became one",
    wait: "Asking the server…",
    none: "No partner is listed yet.",
    failed: "The list could not be loaded.",
  },
  gifts: {
    name: "Partner",
    since: "Since",
    tabsNow: "Visitors now",
    consents: "Consents",
    answers: "Answers",
    tokens: "Tokens",
    hours: "Hours",
  },
  fault: {
    gone: "The server did not answer. Check your internet connection.",
    odd: "The server answered something that this page does not understand. It may be restarting or newer than this page.",
    retry: "Try again",
  },
  visitors: {
    heading: "What your visitors see",
    lead: "These are the rules for every partner. A page can only ask for less.",
    asked:
      "They are asked in a frame of ours, in their language: what runs, how much of the GPU, how many megabytes, that others see their IP address, and how to stop. A no is one press; a yes takes a second one, which shows that it was seen. Nothing is loaded or computed before a yes.",
    share: "Then at most {{share, number}} % of the GPU's time is used, on the low-power GPU where there are two.",
    data: "At most {{cap, bytes}} go down and up a day.",
    pauses:
      "It pauses while your page or the frame stutters, while the page is hidden on battery, and on saved or slow connections.",
    phones: "On phones and with little memory nobody is asked, unless they open the question themselves.",
    sight: "While anything runs, a badge shows its state. When it is out of sight for five seconds, work pauses.",
    stop: "Stop on the badge ends everything within a second and takes the yes back.",
    day: "A yes holds for 24 hours on your site, and for no other site.",
    no: "After a no, nobody is asked again for 30 days.",
  },
  become: {
    heading: "Become a partner",
    ask: "Ask whoever runs this Potluck for a site key. Tell them your site's name and its origins, such as https://www.example.org: only pages of these can show the frame.",
    put: "Put the script tag on your pages, with your key in place of {{key}}. Nothing else is needed.",
    tell: "Tell your visitors about it on your privacy page. There are texts for it below.",
  },
  code: {
    tag: "Script tag",
    tagHint: "It follows new versions by itself, and loads without holding up your page.",
    versioned: "One version, with its integrity",
    versionedHint:
      "The browser runs exactly this file or nothing. It stays available; to get a newer one, copy the tag again.",
    versionedWait: "Asking the server for the current version…",
    versionedFailed: "The tag of one version could not be made.",
    element: "As an element",
    elementHint:
      "The element is a box in your page that shows the invitation. Give it a size, by your own styles too, of at least 200 × 48 pixels: from a smaller one the invitation goes to the corner.",
    policy: "For pages with a content security policy",
    policyHint:
      "Add these to your directives; nothing else is needed, also beside default-src 'none'. Where a policy blocks the script, nothing is shown and nothing breaks.",
    api: "What your page's own script can do",
    apiHint:
      "It is there once the script has loaded; who listens late hears the last event at once. There is no way to start: only the visitor can, inside the frame.",
  },
  attributes: {
    heading: "What the tag can be told",
    name: "Attribute",
    values: "Values",
    what: "What it does",
    "data-site": "Your key. On the element: site.",
    "data-position":
      "In the corner of the window, or in the box around the tag: your own element that the script stands in.",
    "data-theme": "Light or dark, or as the visitor's system is.",
    "data-language": "The language to begin with. Without it, the visitor's own.",
  },
  privacy: {
    heading: "For your privacy page",
    lead: "A text in each language, to begin with: put in what is in [brackets], and have it checked where your law asks for it.",
    link: "Who sees what on Potluck",
  },
} as const;
