/** Words that people use for one another when they speak of APIs. Short on purpose: the document's own words come first. */
import { stemOf } from "./words.js";

const groups = `
repository repo
organization organisation org company
delete remove erase destroy cancel
create add make new open register
get retrieve fetch read show view list return display inspect
update edit change modify set adjust
search find look query browse discover
song track music tune
email mail
message msg chat text
user person account member profile people
teammate member collaborator colleague
invite add member
add append insert put include
recommend suggest recommendation
ban suspend block
directory folder
configuration config settings preferences options
document doc file
authentication auth login
credential password secret
https ssl tls certificate
price cost fee charge pricing spend
money balance funds
invoice bill
job task
picture image photo avatar thumbnail
film movie
reservation booking
book reserve
customer client buyer
purchase order buy
shipment delivery parcel package shipping
product item article goods
employee staff worker
vehicle car
meeting event appointment
location place address site position
comment reply remark note feedback
rating review
statistics stats metrics analytics usage
history log past
schedule plan calendar timetable
notification alert
permission access right
singer artist band
favorite favourite like star saved
assign give
begin start launch
stop end finish terminate shutdown cancel
newest latest recent new
conversation thread channel discussion
direct dm
key token
phone telephone mobile
team group
report summary
quantity amount number count
status state condition
pay payment payout
refund reimburse
pull merge
branch ref
version release
available free availability
doctor physician provider
hospital clinic
course class lesson
student pupil learner
teacher instructor
flight trip journey travel
weather forecast
stock inventory
store shop
transaction transfer
verify check validate confirm
issue ticket problem bug
server machine instance host vm
disk volume drive storage
size resize bigger larger capacity
collection library
backup snapshot restore
environment env variable
function lambda serverless
database db
cache purge clear
protect protection prevent lock
nickname nick alias
emoji reaction react
bulk batch many multiple several
query search filter
role permission
webhook hook callback
`
  .trim()
  .split("\n")
  .map((line) => line.split(" ").map(stemOf));

const others: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const all = new Map<string, Set<string>>();
  for (const group of groups) {
    for (const word of group) {
      const own = all.get(word) ?? new Set<string>();
      all.set(word, own);
      for (const other of group) if (other !== word) own.add(other);
    }
  }
  return all;
})();

const none: ReadonlySet<string> = new Set();

/** Stems that may stand for a stem. */
export function synonymsOf(stem: string): ReadonlySet<string> {
  return others.get(stem) ?? none;
}
