// Tells the page around a widget what happened in its frame. It only speaks, to the one origin that the server checked; it listens to nobody.
(function () {
  'use strict';
  var facts = document.body.dataset;
  if (window.parent === window || !facts.origin) return;

  function tell(message) {
    window.parent.postMessage(message, facts.origin);
  }

  if (facts.error) {
    tell({ kind: 'error', code: facts.error, message: facts.errorMessage });
  } else {
    tell({
      kind: 'loaded',
      orderReference: facts.orderReference,
      billingAgreement: facts.billingAgreement,
      selected: facts.selected,
      created: facts.created === 'true',
      chosen: facts.chosen === 'true'
    });
  }

  var last = 0;
  function tellSize() {
    var height = document.body.offsetHeight;
    if (height === last) return;
    last = height;
    tell({ kind: 'size', height: height });
  }
  // Browsers let the observer of a frame below the fold sleep until the buyer scrolls there: the first size is told at once.
  tellSize();
  window.addEventListener('load', tellSize);
  new ResizeObserver(tellSize).observe(document.body);
})();
