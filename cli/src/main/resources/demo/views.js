// Sends this page's view, and then a ping every ten seconds while somebody reads.
(function () {
  const collector = document.currentScript.dataset.collector;
  const tracking = window.snowplowBrowserTracking;
  tracking.newTracker("sluice", collector, { appId: "demo", contexts: { webPage: true } });
  tracking.enableActivityTracking({ minimumVisitLength: 10, heartbeatDelay: 10 });
  // The title is known once the head has been read.
  document.addEventListener("DOMContentLoaded", () => tracking.trackPageView());
})();
