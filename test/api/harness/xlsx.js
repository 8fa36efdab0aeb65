// SPDX-License-Identifier: Apache-2.0
// Reads the sheets of a workbook, as far as Cairn writes them: a ZIP file of deflated XML.
import zlib from 'node:zlib';

/** The files of a ZIP archive by name, from its central directory. */
function unzip(bytes) {
  const files = {};
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('no end of central directory');
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [method, size, nameLength] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + size);
    files[name] = (method === 8 ? zlib.inflateRawSync(data) : data).toString('utf8');
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;|&apos;/g, "'").replace(/&#10;|_x000A_/g, '\n').replace(/&amp;/g, '&');
const columnOf = (reference) => [...reference.replace(/\d/g, '')].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;

function rowsOf(sheet) {
  return [...sheet.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, cells]) => {
    const row = [];
    for (const [, attributes, content] of (cells ?? '').matchAll(/<c ([^>]*?)>(.*?)<\/c>/gs)) {
      if (/<f>/.test(content)) throw new Error(`a formula: ${content}`);
      const text = /<t[^>]*>(.*?)<\/t>/s.exec(content);
      row[columnOf(/r="([A-Z]+\d+)"/.exec(attributes)[1])] = text ? plain(text[1]) : Number(/<v>(.*?)<\/v>/.exec(content)[1]);
    }
    return row;
  });
}

/** Rows of the first sheet as objects keyed by the header line; numbers are numbers. */
export function parseWorkbook(bytes) {
  const [headings, ...rows] = rowsOf(unzip(bytes)['xl/worksheets/sheet1.xml']);
  return rows.map((row) => Object.fromEntries(headings.map((name, i) => [name, row[i]])));
}
