// SPDX-FileCopyrightText: The Watchfire authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The peer of bench-geo: npm's supercluster on the same points and views. node --expose-gc supercluster.js MODULE POINTS VIEWS RADIUS

const fs = require('fs');
const [module_path, points_path, views_path, radius] = process.argv.slice(2);

function doubles(path) {
  const raw = fs.readFileSync(path);
  return new Float64Array(raw.buffer, raw.byteOffset, raw.length / 8);
}

function used() {
  global.gc();
  global.gc();
  const memory = process.memoryUsage();
  return memory.heapUsed + memory.external;
}

async function main() {
  const loaded = await import(module_path);
  const Supercluster = loaded.default;
  const places = doubles(points_path);
  const views = doubles(views_path);
  const features = [];
  const empty = used();
  for (let i = 0; i < places.length; i += 2)
    features.push({type: 'Feature', properties: {}, geometry: {type: 'Point', coordinates: [places[i], places[i + 1]]}});

  const before = used();
  const index = new Supercluster({radius: Number(radius), extent: 256, maxZoom: 16});
  let start = process.hrtime.bigint();
  index.load(features);
  const build = Number(process.hrtime.bigint() - start) / 1e6;
  const after = used();

  let found = 0;
  const n = views.length / 5;
  const look = () => {
    for (let i = 0; i < views.length; i += 5)
      found += index.getClusters([views[i + 1], views[i + 2], views[i + 3], views[i + 4]], views[i]).length;
  };
  look(); // let the compiler see it first
  found = 0;
  start = process.hrtime.bigint();
  look();
  const query = Number(process.hrtime.bigint() - start) / 1e3 / n;
  console.log(JSON.stringify({build_ms: build, bytes: after - before, bytes_with_features: after - empty, query_us: query, clusters: found / n}));
}

main();
