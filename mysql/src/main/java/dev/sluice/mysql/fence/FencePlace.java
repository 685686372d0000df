package dev.sluice.mysql.fence;

import dev.sluice.schemas.keyspace.Endpoint;
import java.util.List;

/**
 * What a fence stands around. Immutable.
 *
 * @param workflow the workflow's name, which denied writers read in their error
 * @param primary where writes go; its schema holds the tables
 * @param tables names of the moved tables
 */
public record FencePlace(FenceId id, String workflow, Endpoint primary, List<String> tables) {

  public FencePlace {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("a fence without tables: " + id);
    }
  }
}
