/** How Sluice connects to MySQL: the one place for connection properties and session settings. */
package dev.sluice.mysql.session;
