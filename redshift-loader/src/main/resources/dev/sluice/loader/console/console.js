// Keeps the page up to date and draws its charts. The server renders everything, here as there, so what is shown with this script
// and without it can't differ. The charts are drawn from the tables.
(() => {
  'use strict';

  const MINUTES = 30;
  const LEAST_MINUTES = 10;
  const RECONNECT_MILLIS = 10000;
  const connection = document.getElementById('connection');
  const charts = new Map();
  let source = null;
  let again = 0;

  function tell(text, live) {
    if (connection.textContent !== text) {
      connection.textContent = text;
      connection.classList.toggle('live', live);
    }
  }

  /** Puts what changed into place; what did not is left alone, with its focus, selection and scroll position. */
  function show(html) {
    const sent = new DOMParser().parseFromString(html, 'text/html');
    for (const fresh of sent.querySelectorAll('[data-live]')) {
      const shown = document.getElementById(fresh.id);
      if (shown && shown.innerHTML !== fresh.innerHTML) {
        shown.replaceChildren(...fresh.childNodes);
      }
      if (shown && shown.className !== fresh.className) {
        shown.className = fresh.className;
      }
      if (shown && fresh.dataset.word) {
        shown.dataset.word = fresh.dataset.word;
      }
    }
    title();
    draw();
  }

  function title() {
    const verdict = document.getElementById('verdict');
    document.title = verdict.dataset.word + ' – Sluice console';
  }

  function listen() {
    clearTimeout(again);
    if (source || document.hidden) {
      return;
    }
    source = new EventSource('console/events');
    source.addEventListener('open', () => tell('Live', true));
    source.addEventListener('numbers', event => show(event.data));
    source.addEventListener('error', () => {
      // Without a stream the browser tries again by itself; after a refusal it does not.
      const refused = source.readyState === EventSource.CLOSED;
      tell(refused ? 'Not live: too many look, or the loader is away' : 'Not live: connecting again', false);
      if (refused) {
        hangUp();
        again = setTimeout(listen, RECONNECT_MILLIS);
      }
    });
  }

  function hangUp() {
    clearTimeout(again);
    if (source) {
      source.close();
      source = null;
    }
  }

  // Nobody needs to be asked for a page that nobody sees.
  document.addEventListener('visibilitychange', () => (document.hidden ? hangUp() : listen()));
  addEventListener('pagehide', hangUp);
  addEventListener('pageshow', listen);

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  }

  /** The minutes from the first to the last that there is something of, those between without a row as well. */
  function frame(rows) {
    const byMinute = new Map(rows.map(row => [Number(row.dataset.seconds), row]));
    const last = rows.length ? Number(rows[0].dataset.seconds) : Math.floor(Date.now() / 60000) * 60;
    const first = rows.length ? Number(rows[rows.length - 1].dataset.seconds) : last;
    const span = Math.min(MINUTES, Math.max(LEAST_MINUTES, (last - first) / 60 + 1));
    const seconds = [];
    for (let minute = last - (span - 1) * 60; minute <= last; minute += 60) {
      seconds.push(minute);
    }
    return { seconds, rows: seconds.map(minute => byMinute.get(minute)) };
  }

  const kinds = {
    proof: {
      table: 'minutes',
      data(rows) {
        const at = frame(rows);
        const of = tone => at.rows.map(row => (row && row.dataset.tone === tone ? Number(row.dataset.accepted) : null));
        return [at.seconds, of('good'), of('unknown'), of('bad')];
      },
      series: () => ['good', 'unknown', 'bad'].map(tone => ({
        stroke: colour(tone),
        fill: colour(tone),
        width: 0,
        paths: uPlot.paths.bars({ size: [0.7, 28] }),
        points: { show: false },
      })),
    },
    visits: {
      table: 'visit-minutes',
      data(rows) {
        const at = frame(rows);
        const of = name => at.rows.map(row => (row ? Number(row.dataset[name]) : 0));
        return [at.seconds, of('views'), of('visitors')];
      },
      series: () => [
        { stroke: colour('views'), fill: colour('views') + '26', width: 2, points: { show: false } },
        { stroke: colour('visitors'), width: 2, dash: [6, 3], points: { show: false } },
      ],
    },
  };

  function chart(place, kind, data) {
    const axis = { stroke: colour('faint'), grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 } };
    return new uPlot({
      width: place.clientWidth,
      height: place.clientHeight,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: (_, from, to) => [from - 45, to + 45] },
        y: { range: (_, from, to) => [0, Math.max(1, to * 1.08)] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 56, incrs: [60, 120, 300, 600], values: (_, ticks) => ticks.map(clock) },
        { ...axis, size: 52, space: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7],
          values: (_, ticks) => ticks.map(short) },
      ],
      series: [{}, ...kind.series()],
    }, data, place);
  }

  function clock(seconds) {
    return new Date(seconds * 1000).toISOString().slice(11, 16);
  }

  function short(number) {
    return number >= 1e6 ? number / 1e6 + ' M' : number >= 1e3 ? number / 1e3 + ' k' : String(number);
  }

  function draw() {
    for (const place of document.querySelectorAll('.chart')) {
      const kind = kinds[place.dataset.chart];
      const rows = [...document.querySelectorAll('#' + kind.table + ' tr[data-seconds]')];
      const data = kind.data(rows);
      const drawn = charts.get(place);
      if (!rows.length) {
        if (drawn) {
          drawn.destroy();
          charts.delete(place);
        }
      } else if (drawn) {
        drawn.setData(data);
      } else {
        // Empty, it has no size.
        place.append(document.createElement('span'));
        const made = chart(place, kind, data);
        place.firstChild.remove();
        charts.set(place, made);
      }
    }
  }

  function drawAnew() {
    for (const drawn of charts.values()) {
      drawn.destroy();
    }
    charts.clear();
    draw();
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAnew);
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth !== width) {
      width = innerWidth;
      drawAnew();
    }
  });

  title();
  draw();
  listen();
})();
