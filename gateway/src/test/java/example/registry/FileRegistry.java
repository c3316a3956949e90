package example.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/// Knows the instances that stand in a file now, each in a line of its own: the service, a space, the address.
final class FileRegistry implements DiscoveryClient {

    private final Path file;

    FileRegistry(Path file) {
        this.file = file;
    }

    @Override
    public String description() {
        return "A file";
    }

    @Override
    public List<ServiceInstance> getInstances(String service) {
        return rows().filter(row -> row[0].equals(service)).map(row -> instance(service, URI.create(row[1]))).toList();
    }

    @Override
    public List<String> getServices() {
        return rows().map(row -> row[0]).distinct().toList();
    }

    private Stream<String[]> rows() {
        try {
            return Files.readAllLines(file).stream().map(line -> line.split(" ", -1));
        } catch (IOException away) {
            throw new UncheckedIOException(away);
        }
    }

    private static ServiceInstance instance(String service, URI address) {
        return new DefaultServiceInstance(address.toString(), service, address.getHost(), address.getPort(),
                address.getScheme().equals("https"));
    }
}
