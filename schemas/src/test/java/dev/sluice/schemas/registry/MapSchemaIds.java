package dev.sluice.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** A registry in a list, for tests. */
public class MapSchemaIds implements SchemaIds {

  private final List<Schema> schemas = new ArrayList<>();

  @Override
  public synchronized int register(String subject, Schema schema) {
    int known = schemas.indexOf(schema);
    if (known >= 0) {
      return known;
    }
    // a new object, as a real registry would give back
    schemas.add(new Schema.Parser().parse(schema.toString()));
    return schemas.size() - 1;
  }

  @Override
  public synchronized Schema byId(int id) {
    return schemas.get(id);
  }
}
