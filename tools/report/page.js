// Draws the plots of the page with Chart.js, from the data in its element "plots" (page.cpp); again if the colours change.
'use strict';
(() => {
  const plots = JSON.parse(document.getElementById('plots').textContent);
  const shapes = ['circle', 'triangle', 'rect', 'rectRot', 'crossRot', 'star', 'cross', 'rectRounded'];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const seriesColour = (index) => colour('series-' + (index % shapes.length));
  const number = (value) => value.toLocaleString('en', {maximumSignificantDigits: 4});

  // The shaded part of the y axis, behind everything.
  const bandPlugin = {
    id: 'band',
    beforeDatasetsDraw(chart, args, band) {
      if (band.low === undefined) return;
      const {ctx, chartArea: area, scales: {y}} = chart;
      const top = Math.max(y.getPixelForValue(band.high), area.top);
      const bottom = Math.min(y.getPixelForValue(band.low), area.bottom);
      ctx.save();
      ctx.fillStyle = colour('band');
      ctx.fillRect(area.left, top, area.width, bottom - top);
      ctx.restore();
    },
  };

  // A line from the low to the high end of an interval, with a bar across each.
  const drawInterval = (ctx, x, low, high) => {
    const half = 5;
    ctx.beginPath();
    ctx.moveTo(x, low);
    ctx.lineTo(x, high);
    for (const end of [low, high]) {
      ctx.moveTo(x - half, end);
      ctx.lineTo(x + half, end);
    }
    ctx.stroke();
  };

  const intervalPlugin = {
    id: 'intervals',
    afterDatasetsDraw(chart) {
      const {ctx, scales: {y}} = chart;
      ctx.save();
      ctx.lineWidth = 1.5;
      for (const meta of chart.getSortedVisibleDatasetMetas()) {
        const dataset = chart.data.datasets[meta.index];
        ctx.strokeStyle = meta.type === 'bar' ? colour('text') : dataset.borderColor;
        meta.data.forEach((element, index) => {
          const interval = dataset.points[index]?.interval;
          if (interval) drawInterval(ctx, element.x, y.getPixelForValue(interval.low), y.getPixelForValue(interval.high));
        });
      }
      ctx.restore();
    },
  };

  // Chart.js wants a value for each category; our points name the categories that they have values for.
  const byCategory = (points, count) => {
    const slots = Array(count).fill(null);
    for (const point of points) slots[point.x] = point;
    return slots;
  };

  const datasetOf = (plot, series, index) => {
    const categories = plot.x.categories.length;
    const points = categories ? byCategory(series.points, categories) : series.points;
    const bars = plot.kind === 'bars' || plot.kind === 'stacked';
    return {
      label: series.name,
      points,
      data: categories ? points.map((point) => point?.y ?? null) : points.map(({x, y}) => ({x, y})),
      backgroundColor: seriesColour(index),
      borderColor: plot.kind === 'stacked' ? colour('panel') : seriesColour(index),
      borderWidth: plot.kind === 'stacked' ? 1 : bars ? 0 : 2,
      pointStyle: bars ? 'rect' : shapes[index % shapes.length],
      pointRadius: plot.kind === 'scatter' ? 5 : 4,
      pointHoverRadius: 7,
      maxBarThickness: 64,
      clip: false,
      spanGaps: true,
    };
  };

  // What the y axis must reach besides the values: intervals and band.
  const reachOf = (plot) => {
    const ranges = plot.series.flatMap((series) => series.points.map((point) => point.interval)).filter(Boolean);
    if (plot.band) ranges.push(plot.band);
    if (ranges.length === 0) return {};
    return {suggestedMin: Math.min(...ranges.map((r) => r.low)), suggestedMax: Math.max(...ranges.map((r) => r.high))};
  };

  const scaleOf = (axis, stacked) => ({
    type: axis.categories.length ? 'category' : axis.logarithmic ? 'logarithmic' : 'linear',
    stacked,
    offset: axis.categories.length > 0,
    title: {display: axis.title !== '', text: axis.title, color: colour('muted'), font: {size: 13}},
    ticks: {color: colour('muted'), maxRotation: axis.categories.length ? 45 : 0, autoSkipPadding: 12},
    grid: {color: colour('line'), borderColor: colour('muted'), drawOnChartArea: axis.categories.length === 0},
  });

  // The series, and the band.
  const legendLabels = (chart) => {
    const labels = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    const {label} = chart.options.plugins.band;
    if (label !== undefined) {
      const band = colour('band');
      labels.push({text: label, fontColor: colour('text'), fillStyle: band, strokeStyle: band, pointStyle: 'rect'});
    }
    return labels;
  };

  const showOrHide = (event, item, legend) => {
    if (item.datasetIndex !== undefined) Chart.defaults.plugins.legend.onClick(event, item, legend);
  };

  const tooltipText = (item) => {
    const point = item.dataset.points[item.dataIndex];
    const range = point.interval ? ` [${number(point.interval.low)}, ${number(point.interval.high)}]` : '';
    const note = point.note ? ` (${point.note})` : '';
    return `${item.dataset.label}: ${number(point.y)}${range}${note}`;
  };

  const configurationOf = (plot) => {
    const stacked = plot.kind === 'stacked';
    return {
      type: {bars: 'bar', stacked: 'bar', lines: 'line', scatter: 'scatter'}[plot.kind],
      data: {
        labels: plot.x.categories.length ? plot.x.categories : undefined,
        datasets: plot.series.map((series, index) => datasetOf(plot, series, index)),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        locale: 'en',
        scales: {x: scaleOf(plot.x, stacked), y: {...scaleOf(plot.y, stacked), ...(stacked ? {} : reachOf(plot))}},
        plugins: {
          band: plot.band ?? {},
          legend: {
            display: plot.series.length > 1 || plot.band !== undefined,
            position: 'bottom',
            onClick: showOrHide,
            labels: {color: colour('text'), generateLabels: legendLabels, usePointStyle: true, boxHeight: 8, padding: 14},
          },
          tooltip: {callbacks: {label: tooltipText}, usePointStyle: true},
        },
      },
      plugins: stacked ? [bandPlugin] : [bandPlugin, intervalPlugin],
    };
  };

  let charts = [];
  const draw = () => {
    charts.forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    charts = [...document.querySelectorAll('canvas[data-plot]')].map((canvas) =>
        new Chart(canvas, configurationOf(plots[Number(canvas.dataset.plot)])));
  };
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
})();
