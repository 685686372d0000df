package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.List;
import java.util.Map;

/**
 * What the operator asked for: move.yaml, and the body of {@code POST /v1/workflows}. Immutable.
 *
 * <p>It checks only what it can know by itself; the controller checks it against the servers.
 *
 * @param tables the tables to move; empty with {@code all}
 * @param all move every base table of the source keyspace but {@code exclude}
 * @param vindexes placement on the target, added to the target keyspace's own
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkflowSpec(
    String name,
    String source,
    String target,
    List<String> tables,
    boolean all,
    List<String> exclude,
    Map<String, VindexSpec> vindexes,
    WorkflowOptions options) {

  public WorkflowSpec {
    tables = tables == null ? List.of() : List.copyOf(tables);
    exclude = exclude == null ? List.of() : List.copyOf(exclude);
    vindexes = vindexes == null ? Map.of() : Map.copyOf(vindexes);
    options = options == null ? WorkflowOptions.defaults() : options;
  }
}
