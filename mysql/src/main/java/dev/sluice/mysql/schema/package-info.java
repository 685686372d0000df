/** Reading table definitions, and making or checking the target's. */
package dev.sluice.mysql.schema;
