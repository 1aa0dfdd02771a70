package io.gatun.mesos.resources;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Resources as the old JSON endpoints show them. Source: model(Resources) in src/common/http.cpp of Apache Mesos. */
final class ResourceModel {
    private static final List<String> ALWAYS = List.of("cpus", "gpus", "mem", "disk");

    private ResourceModel() {}

    static SequencedMap<String, Object> of(List<Item> items) {
        Map<String, Quantity> sums = new LinkedHashMap<>();
        ALWAYS.forEach(name -> sums.put(name, new Quantity.Scalar(0)));
        for (Item item : items) {
            String name = item.name() + (item.kind().hasRevocable() ? "_revocable" : "");
            Quantity have = sums.get(name);
            // Two resources of one name and different types are legal and cannot be shown together: the first one
            // stays.
            if (have == null) {
                sums.put(name, item.quantity());
            } else if (have.type() == item.quantity().type()) {
                sums.put(name, have.plus(item.quantity()));
            }
        }
        SequencedMap<String, Object> model = new LinkedHashMap<>();
        sums.forEach((name, quantity) ->
                model.put(name, quantity instanceof Quantity.Scalar scalar ? scalar.units() : quantity.text()));
        return model;
    }
}
