/** What a MySQL error means to Sluice, and how often something is tried again. */
package dev.sluice.mysql.error;
