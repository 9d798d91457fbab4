#!/usr/bin/env node
// snmp_gets.js PORT COMMUNITY GAP_MS OID...: asks for these again and again, and in between for snmpd's own sysUpTime as often, until
// its stdin ends.  Then one line of JSON: how many GETs, their median, 90th percentile and slowest in microseconds, the median of
// snmpd's own, what could not be answered, and for each OID its least, greatest and newest value.
'use strict';
const snmp = require('net-snmp');

const [port, community, gap, ...oids] = process.argv.slice(2);
const own = oids.map(() => '1.3.6.1.2.1.1.3.0');
const session = snmp.createSession('127.0.0.1', community, { port: Number(port), version: snmp.Version2c, timeout: 10000, retries: 0 });
const tookUs = [], ownUs = [], errors = [], values = {};
let ends = false;

function note(varbind) {
  const seen = values[varbind.oid] || (values[varbind.oid] = { least: Infinity, greatest: -Infinity });
  if (snmp.isVarbindError(varbind)) throw new Error(snmp.varbindError(varbind));
  seen.least = Math.min(seen.least, varbind.value);
  seen.greatest = Math.max(seen.greatest, varbind.value);
  seen.newest = varbind.value;
}

function get(wanted, took, use) {
  return new Promise((done) => {
    const began = process.hrtime.bigint();
    session.get(wanted, (error, varbinds) => {
      took.push(Number(process.hrtime.bigint() - began) / 1000);
      try {
        if (error) throw error;
        varbinds.forEach(use);
      } catch (problem) {
        errors.push(String(problem));
      }
      done();
    });
  });
}

function part(took, share) {
  return Math.round(took.sort((a, b) => a - b)[Math.floor((took.length - 1) * share)]);
}

async function ask() {
  while (!ends) {
    await get(oids, tookUs, note);
    await get(own, ownUs, () => {});
    await new Promise((done) => setTimeout(done, Number(gap)));
  }
  session.close();
  console.log(JSON.stringify({
    gets: tookUs.length, median: part(tookUs, 0.5), p90: part(tookUs, 0.9), slowest: part(tookUs, 1), own: part(ownUs, 0.5), errors,
    values: oids.map((oid) => values[oid]),
  }));
}

process.stdin.on('end', () => { ends = true; }).resume();
ask();
