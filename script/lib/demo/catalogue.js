// SPDX-License-Identifier: Apache-2.0
// What the demo organisation sells, and with whom: products, tax rates, vendors and partners.

export const TAX_RATES = [
  { name: 'VAT 23 %', rate: 23, kind: 'standard', isDefault: true },
  { name: 'VAT 13.5 %', rate: 13.5, kind: 'reduced' },
];

export const CATEGORIES = ['Planning', 'Food & drink', 'Equipment', 'Staff'];

const product = (category, tax, sku, name, unit, price, cost, type = 'service') =>
  ({ category, tax, body: { sku, name, unit, price, cost, type } });

export const PRODUCTS = [
  product(0, 0, 'PL-CONCEPT', 'Event concept', 'piece', 2400, 1100),
  product(0, 0, 'PL-FULL', 'Full planning', 'day', 980, 520),
  product(0, 0, 'PL-DAY', 'Coordination on the day', 'day', 1250, 640),
  product(0, 0, 'PL-SEARCH', 'Venue search', 'piece', 750, 300),
  product(1, 1, 'FD-BUFFET', 'Buffet, seasonal', 'person', 46, 29.5),
  product(1, 1, 'FD-DINNER', 'Dinner, three courses', 'person', 78, 51),
  product(1, 1, 'FD-CANAPE', 'Canapés, six each', 'person', 24, 14.2),
  product(1, 0, 'FD-WINE', 'Wine package', 'person', 32, 18),
  product(2, 0, 'EQ-SOUND', 'Sound system, 200 guests', 'day', 690, 410, 'good'),
  product(2, 0, 'EQ-LIGHT', 'Stage lighting', 'day', 540, 320, 'good'),
  product(2, 0, 'EQ-CHAIR', 'Chair, oak', 'piece', 6.5, 2.9, 'good'),
  product(2, 0, 'EQ-TABLE', 'Round table for eight', 'piece', 18, 8, 'good'),
  product(3, 0, 'ST-HOST', 'Host', 'hour', 34, 21),
  product(3, 0, 'ST-TECH', 'Sound engineer', 'hour', 58, 38),
  product(3, 0, 'ST-SECURITY', 'Door staff', 'hour', 36, 24),
];

const vendor = (category, name, contactName, mail, rating, rate, rateUnit, more = {}) =>
  ({ owner: 1, body: { category, name, contactName, email: `bookings@${mail}.example`, website: `https://${mail}.example`, rating, rate, rateUnit, paymentTermsDays: 30, addressCountry: 'IE', ...more } });
const venue = { exclusive: true, bufferMinutes: 180 };

export const VENDORS = [
  vendor('Venue', 'Old Tram Depot', 'Fionn Daly', 'oldtramdepot', 5, 4200, 'event', { ...venue, addressStreet: 'Depot Lane 4', addressCity: 'Dublin', phone: '+353 1 555 0141' }),
  vendor('Venue', 'Castle Brannock', 'Orla Kehoe', 'castlebrannock', 5, 6800, 'event', { ...venue, bufferMinutes: 360, addressCity: 'Kilkenny', phone: '+353 56 555 0102' }),
  vendor('Venue', 'Harbour Hall', 'Declan Moore', 'harbourhall', 4, 3100, 'day', { ...venue, addressStreet: 'North Quay 17', addressCity: 'Cork', phone: '+353 21 555 0178' }),
  vendor('Catering', 'Sage & Salt', 'Nadia Haddad', 'sageandsalt', 5, 48, 'person', { phone: '+353 1 555 0190' }),
  vendor('Catering', 'Three Ovens', 'Piotr Zielinski', 'threeovens', 4, 39, 'person', { phone: '+353 1 555 0116' }),
  vendor('Photography', 'Lumen & Grain', 'Aoife Brady', 'lumenandgrain', 5, 1400, 'event', { exclusive: true, phone: '+353 87 555 0133' }),
  vendor('Music', 'The Night Jars', 'Rory Flynn', 'thenightjars', 4, 1900, 'event', { exclusive: true, bufferMinutes: 60, phone: '+353 86 555 0155' }),
  vendor('Flowers', 'Petal & Stem', 'Maeve Connolly', 'petalandstem', 5, 850, 'event', { phone: '+353 1 555 0187' }),
  vendor('Decoration', 'Drape & Beam', 'Jonas Weber', 'drapeandbeam', 3, 1100, 'event'),
  vendor('Transport', 'Blue Line Coaches', 'Gerard Nolan', 'bluelinecoaches', 4, 620, 'day', { insuranceExpires: 200, phone: '+353 1 555 0120' }),
  vendor('Equipment', 'Clearsound AV', 'Ingrid Solheim', 'clearsound', 4, 690, 'day', { insuranceExpires: 24, phone: '+353 1 555 0163' }),
  vendor('Staff', 'Frontline Crew', 'Samuel Adeyemi', 'frontlinecrew', 4, 29, 'hour', { insuranceExpires: 310, phone: '+353 1 555 0174' }),
  vendor('Venue', 'Grand Parade Rooms', 'Helen Power', 'grandparaderooms', 2, 2600, 'event', { ...venue, status: 'inactive', addressCity: 'Cork', description: 'Closed for renovation.' }),
];

export const PARTNERS = [
  { name: 'Liffey Travel', email: 'groups@liffeytravel.example', status: 'approved', tier: 'Gold', contactFirstName: 'Deirdre', contactLastName: 'Lynch', phone: '+353 1 555 0109', commissionPercent: 8, addressCity: 'Dublin', addressCountry: 'IE' },
  { name: 'Hôtel Lacoste Group', email: 'events@lacoste-group.example', status: 'approved', tier: 'Silver', contactFirstName: 'Mathieu', contactLastName: 'Perrin', phone: '+33 1 70 55 01 22', commissionPercent: 6, addressCity: 'Paris', addressCountry: 'FR' },
  { name: 'Saltworks Media', email: 'hello@saltworks-media.example', status: 'pending', tier: 'Registered', contactFirstName: 'Bea', contactLastName: 'Marsh', commissionPercent: 5, addressCity: 'Bristol', addressCountry: 'GB' },
];

export const EXCHANGE_RATES = [['USD', 0.92], ['GBP', 1.17], ['SEK', 0.088]];
