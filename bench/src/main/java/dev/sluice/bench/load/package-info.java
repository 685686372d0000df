/** Tables, rows and writers in the shape of sysbench's OLTP tests. */
package dev.sluice.bench.load;
