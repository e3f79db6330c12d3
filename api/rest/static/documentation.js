"use strict";
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: document.getElementById("documentation").dataset.document,
    dom_id: "#documentation",
    deepLinking: true,
    validatorUrl: null,
    supportedSubmitMethods: ["get", "post"],
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
