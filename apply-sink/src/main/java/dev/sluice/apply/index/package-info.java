/** Adding the secondary indexes that tables were created without. */
package dev.sluice.apply.index;
