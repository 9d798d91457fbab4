#!/usr/bin/env node
// snmp_walk.js PORT COMMUNITY OID: walks a subtree by GETBULK with the npm client net-snmp; one "OID TYPE" a line, a table's values
// behind it.
'use strict';
const snmp = require('net-snmp');

const [port, community, root] = process.argv.slice(2);
const session = snmp.createSession('127.0.0.1', community, { port: Number(port), version: snmp.Version2c, timeout: 5000 });

function show(varbind) {
  if (snmp.isVarbindError(varbind)) throw new Error(snmp.varbindError(varbind));
  const octets = varbind.type === snmp.ObjectType.OctetString;
  console.log(`${varbind.oid} ${snmp.ObjectType[varbind.type]} ${octets ? varbind.value.toString('hex') : varbind.value}`);
}

session.subtree(root, 20, (varbinds) => varbinds.forEach(show), (error) => {
  if (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
  session.close();
});
