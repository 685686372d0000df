/** One small class for each preflight check; they only judge facts, they ask no server. */
package dev.sluice.mysql.preflight.check;
