// SPDX-License-Identifier: Apache-2.0
// The names of the demo organisation's world. Nobody in it exists: phone numbers are of the ranges that
// the countries' authorities keep for films and books, domains end in .example.

const digits = (r, count) => Array.from({ length: count }, () => r.integer(0, 9)).join('');

export const COUNTRIES = {
  US: {
    currency: 'USD', timeZone: 'America/New_York', language: 'en-US', phone: (r) => `+1 ${r.pick(['202', '312', '617'])} 555 01${digits(r, 2)}`,
    cities: [['Boston', 'MA', '02110'], ['Chicago', 'IL', '60607'], ['Portland', 'OR', '97204']],
    streets: ['Harbor Street', 'Elm Avenue', 'Market Square', 'Prospect Road'],
    first: ['Hannah', 'Marcus', 'Grace', 'Diego', 'Olivia', 'Terrence', 'Naomi', 'Caleb'],
    last: ['Whitfield', 'Ramirez', 'Coleman', 'Nguyen', 'Hartley', 'Brooks', 'Okonkwo', 'Sandoval'],
  },
  GB: {
    currency: 'GBP', timeZone: 'Europe/London', language: 'en-GB', phone: (r) => `+44 20 7946 0${digits(r, 3)}`,
    cities: [['London', null, 'SE1 9GF'], ['Bristol', null, 'BS1 4DJ'], ['Manchester', null, 'M1 3BE']],
    streets: ['Cannon Row', 'Mill Lane', 'Station Road', 'Albert Quay'],
    first: ['Imogen', 'Rhys', 'Amara', 'Callum', 'Nadia', 'Edward', 'Zara', 'Finlay'],
    last: ['Pemberton', 'Ashworth', 'Begum', 'Llewellyn', 'Mistry', 'Fairclough', 'Adeyemi', 'Thorne'],
  },
  DE: {
    currency: 'EUR', timeZone: 'Europe/Berlin', language: 'de-DE', phone: (r) => `+49 30 23125 ${digits(r, 3)}`,
    cities: [['Berlin', null, '10117'], ['Hamburg', null, '20457'], ['Leipzig', null, '04109']],
    streets: ['Lindenallee', 'Hafenstraße', 'Am Speicher', 'Gartenweg'],
    first: ['Jana', 'Malte', 'Emine', 'Thorsten', 'Katharina', 'Cem', 'Friederike', 'Jonas'],
    last: ['Vogelsang', 'Krüger', 'Yılmaz', 'Hagemann', 'Lindner', 'Öztürk', 'Sauerwein', 'Petersen'],
  },
  FR: {
    currency: 'EUR', timeZone: 'Europe/Paris', language: 'fr-FR', phone: (r) => `+33 1 99 00 ${digits(r, 2)} ${digits(r, 2)}`,
    cities: [['Lyon', null, '69002'], ['Paris', null, '75011'], ['Nantes', null, '44000']],
    streets: ['rue des Tilleuls', 'quai Saint-Vincent', 'avenue du Parc', 'place des Halles'],
    first: ['Élodie', 'Bastien', 'Yasmine', 'Rémi', 'Aïcha', 'Gauthier', 'Maëlle', 'Théo'],
    last: ['Moreau', 'Delcourt', 'Benali', 'Lefèvre', 'Garnier', 'Traoré', 'Chevallier', 'Marchand'],
  },
  SE: {
    currency: 'EUR', timeZone: 'Europe/Stockholm', language: 'sv-SE', phone: (r) => `+46 8 465 004 ${digits(r, 2)}`,
    cities: [['Stockholm', null, '111 29'], ['Uppsala', null, '753 20']],
    streets: ['Björkgatan', 'Kanalvägen', 'Storgatan'],
    first: ['Linnéa', 'Axel', 'Saga', 'Henrik', 'Maja', 'Oskar'],
    last: ['Bergström', 'Ekdahl', 'Sjöberg', 'Hedlund', 'Nyqvist', 'Åkesson'],
  },
  IE: {
    currency: 'EUR', timeZone: 'Europe/Dublin', language: 'en-IE', phone: (r) => `+353 20 91${r.integer(0, 9)} ${digits(r, 4)}`,
    cities: [['Dublin', null, 'D02 X285'], ['Galway', null, 'H91 E2R7']],
    streets: ['Quay Street', 'Mount Row', 'Abbey Lane'],
    first: ['Aoife', 'Cillian', 'Niamh', 'Declan', 'Orla', 'Eoin'],
    last: ["O'Sullivan", 'Gallagher', 'Byrne', 'Ní Mhurchú', 'Keane', 'Kowalczyk'],
  },
  AU: {
    currency: 'USD', timeZone: 'Australia/Sydney', language: 'en-AU', phone: (r) => `+61 2 7010 ${digits(r, 4)}`,
    cities: [['Sydney', 'NSW', '2000'], ['Wollongong', 'NSW', '2500']],
    streets: ['Wattle Street', 'Bayview Parade', 'Foundry Lane'],
    first: ['Matilda', 'Lachlan', 'Mei', 'Angus', 'Tahlia', 'Rohan'],
    last: ['Campbell', 'Tran', 'Fitzgerald', 'Papadopoulos', 'Hughes', 'Iyer'],
  },
};

export const COMPANY_FIRST = [
  'Alder', 'Brightwater', 'Copperfield', 'Dovetail', 'Everline', 'Fernhill', 'Graystone', 'Hollowell', 'Ironbark', 'Juniper',
  'Kestrel', 'Larkspur', 'Meridian', 'Nightingale', 'Oakmere', 'Palisade', 'Quillon', 'Ravenswood', 'Saltmarsh', 'Tamarind',
  'Umbra', 'Verdant', 'Westbrook', 'Yarrow', 'Zephyr', 'Amberley', 'Bluestem', 'Cinderhouse', 'Drumlin', 'Estuary',
];

export const COMPANY_KINDS = {
  Technology: ['Software', 'Robotics', 'Data Systems', 'Semiconductors'],
  Healthcare: ['Clinics', 'Medical Devices', 'Pharma'],
  Finance: ['Capital', 'Insurance', 'Savings Bank'],
  Retail: ['Outfitters', 'Furniture', 'Foods', 'Booksellers'],
  Hospitality: ['Hotels', 'Restaurants', 'Vineyards'],
  Education: ['Academy', 'Business School', 'Press'],
  'Non-profit': ['Foundation', 'Trust', 'Museum'],
};

export const JOB_TITLES = [
  'Head of Events', 'Office Manager', 'Marketing Director', 'Executive Assistant', 'Procurement Lead', 'HR Business Partner',
  'Managing Director', 'Brand Manager', 'Chief of Staff', 'Internal Communications Manager',
];

export const OCCASIONS = {
  Corporate: ['Annual kick-off', 'Summer party', 'Board retreat', 'Product launch', 'Christmas dinner', 'Anniversary gala', 'Team off-site'],
  Conference: ['Customer conference', 'Partner summit', 'Developer day', 'Industry forum'],
  Wedding: ['Wedding reception', 'Wedding weekend'],
  Birthday: ['60th birthday', 'Founder’s birthday'],
};

export const TASK_TITLES = [
  'Send the revised quote', 'Call back about the date', 'Book a site visit', 'Ask for the guest list', 'Check the caterer’s availability',
  'Prepare the seating options', 'Follow up on the proposal', 'Confirm the sound engineer', 'Send the contract for signature',
  'Collect the deposit', 'Ask for a reference', 'Write a thank-you note', 'Update the floor plan', 'Clarify the wine budget',
];

export const ACTIVITY_TEXTS = {
  call: [
    ['First call', 'They look for a venue with daylight and a terrace. Budget is agreed, the date is not.'],
    ['Call about the menu', 'Half of the guests eat vegetarian. They would like a tasting before they decide.'],
    ['Call about the budget', 'The board has cut ten per cent. We keep the venue and simplify the decoration.'],
    ['No answer', 'Left a message; they call back this week.'],
  ],
  meeting: [
    ['Site visit', 'Walked through both halls. The small one suits them; loading is from the yard.'],
    ['Kick-off meeting', 'Agreed on roles, the weekly call and who signs for changes.'],
    ['Proposal presented', 'They liked the second concept. Two questions on insurance are open.'],
  ],
  email: [
    ['Sent the proposal', 'Three concepts with prices, valid for four weeks.'],
    ['Question about parking', 'They need forty places and two for coaches.'],
    ['Thanks and photographs', 'Sent the best fifty pictures and asked for a reference.'],
  ],
  note: [
    ['Prefers the telephone', 'Hard to reach by e-mail, answers the phone before ten.'],
    ['Decides with finance', 'Anything above the budget goes to the finance director.'],
    ['Competitor in the room', 'They have an offer of another agency, cheaper and without catering.'],
  ],
};

export const TAGS = [
  ['VIP', 'amber', 'Personal care by a manager'],
  ['Repeat client', 'green', 'Has booked more than once'],
  ['Referral', 'violet', 'Came on a recommendation'],
  ['Newsletter', 'blue', 'Wants to hear from us'],
  ['Seasonal', 'cyan', 'Books at the same time each year'],
];
