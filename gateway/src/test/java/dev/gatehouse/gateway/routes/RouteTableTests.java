package dev.gatehouse.gateway.routes;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.gatehouse.gateway.routes.TestRoutes.match;
import static dev.gatehouse.gateway.routes.TestRoutes.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RouteTableTests {

    private static final String[] ROUTES = {"/", "/a", "/a/", "/a/**", "/a/*/c", "/a/b/*", "GET,POST /a/b/c", "/x/{id}",
            "GET /x/7", "DELETE /x/**",
            "api.example.com/a/**", "GET *.example.com/only", "*.eu.example.com/only", "HEAD /h", "GET /h", "GET /g",
            "OPTIONS /o"};

    @ParameterizedTest(name = "{0}: {1} {2}{3} → {4}")
    @CsvSource(delimiter = '|', textBlock = """
            the root                                        | GET    | any              | /        | /
            a path as it is                                 | GET    | any              | /a       | /a
            a trailing slash is another path                | GET    | any              | /a/      | /a/
            rest takes what is below                        | GET    | any              | /a/z     | /a/**
            rest takes several segments                     | GET    | any              | /a/z/z/z | /a/**
            literal from the left before a variable         | GET    | any              | /a/b/x   | /a/b/*
            all literal before all else                     | GET    | any              | /a/b/c   | GET,POST /a/b/c
            a method that is not listed falls back          | PUT    | any              | /a/b/c   | /a/b/*
            a literal that leads nowhere is left again      | GET    | any              | /a/z/c   | /a/*/c
            a variable takes one segment only               | GET    | any              | /x/7/8   | 405 DELETE
            a variable takes no empty segment               | GET    | any              | /x/      | 405 DELETE
            a method before none, the path being equal      | GET    | any              | /x/7     | GET /x/7
            a less specific path that takes the method      | DELETE | any              | /x/7     | /x/{id}
            rest takes the path that ends before it         | DELETE | any              | /x       | DELETE /x/**
            no path                                         | GET    | any              | /b       | 404
            paths are case-sensitive                        | GET    | any              | /A       | 404
            the own host before no host, path less specific | GET    | api.example.com  | /a/b/c   | api.example.com/a/**
            a host without the path falls back              | GET    | api.example.com  | /x/7     | GET /x/7
            a dot at the end of the host does not matter    | GET    | api.example.com. | /a/b/c   | api.example.com/a/**
            a domain takes any name below it                | GET    | a.b.example.com  | /only    | GET *.example.com/only
            the longest domain first                        | GET    | a.eu.example.com | /only    | *.eu.example.com/only
            a domain does not take itself                   | GET    | example.com      | /only    | 404
            a domain does not take an empty name            | GET    | .example.com     | /only    | 404
            no other domain                                 | GET    | example.org      | /only    | 404
            a name that only ends alike                     | GET    | myexample.com    | /only    | 404
            HEAD by its own route                           | HEAD   | any              | /h       | HEAD /h
            HEAD by the route of GET                        | HEAD   | any              | /g       | GET /g
            OPTIONS is not implied                          | OPTIONS| any              | /g       | 405 GET,HEAD
            OPTIONS where it is listed                      | OPTIONS| any              | /o       | OPTIONS /o
            OPTIONS where nothing is listed                 | OPTIONS| any              | /a       | /a
            methods are case-sensitive                      | get    | any              | /g       | 405 GET,HEAD
            allow is the union of all that take the path    | PUT    | any              | /h       | 405 GET,HEAD
            nobody takes TRACE                              | TRACE  | any              | /a       | 405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT
            nobody takes CONNECT                            | CONNECT| any              | /a       | 405 DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT
            """)
    void findsTheMostSpecificRoute(String why, String method, String host, String path, String expected) {
        assertThat(match(table(ROUTES), method, host, path)).as(why).isEqualTo(expected);
    }

    @Test
    void doesNotCareForTheOrderInTheFile() {
        String[] reversed = List.of(ROUTES).reversed().toArray(String[]::new);
        assertThat(match(table(reversed), "GET", "any", "/a/b/c")).isEqualTo("GET,POST /a/b/c");
    }

    @Test
    void refusesTwoRoutesForTheSameRequests() {
        assertThatThrownBy(() -> table("GET /a/{x}", "GET,PUT /a/{y}")).hasMessageContaining("take the same requests");
    }

    @Test
    void knowsNothingWhenEmpty() {
        assertThat(match(table(), "GET", "any", "/")).isEqualTo("404");
    }
}
