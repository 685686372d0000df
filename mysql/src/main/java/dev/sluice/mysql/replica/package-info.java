/** What a replica says of itself. */
package dev.sluice.mysql.replica;
