--- The words that stand in and before dates, by language. Lists are
--- alternatives of regular expressions.
---
--- - `range` joins the ends of a range, `list` the members of a list;
--- - `ordinal` is written behind the number of a day;
--- - `of` stands between day, month and year;
--- - `in_year` announces a year, `maybe_year` does when nothing follows that
---   could be counted; `year` follows one.

return {
  en = {
    ordinal = "(?:st|nd|rd|th)\\b",
    range = "to|until|till|through", list = "and|or", of = "of",
    in_year = "in|since|during|years?|early|late|mid|biennium|period|decade|annum",
    maybe_year = "of|by|for|from|to|until|till|through|before|after|between|around|circa|than|"
      .. "towards",
    follows = "and|or|to|the|in|on|at|with|by|for|as|is|was|were|are|which|that|of|until|through|"
      .. "when|where|who|an?|had|has|have|will|would|should|shall|but|all|its?|their|under",
  },
  fr = {
    ordinal = "(?:er|re|e|ème)\\b",
    range = "au|à", list = "et|ou", of = "de|du",
    in_year = "en|depuis|dès|années?|l[’']an|exercices?|biennales?",
    maybe_year = "de|du|avant|après|à|pour",
    follows = "et|ou|à|au|le|la|les|en|de|des|du|par|pour|sur|dans|qui|que|un|une|est|ont|a|sont",
  },
  es = {
    ordinal = "[º°ª]",
    range = "al?|hasta", list = "y|e|o", of = "del?",
    in_year = "en|desde|años?|durante|bienio",
    maybe_year = "del?|hasta|para|antes\\s+de",
    follows = "y|e|o|a|al|el|la|los|las|en|de|del|por|para|sobre|que|un|una|es|ha|han|son",
  },
  ru = {
    ordinal = "-?го\\b",
    range = "по|до", list = "и|или", of = "года",
    in_year = "году|годах", maybe_year = "до|после|с|по", follows = "и|или|в|на|по|с|о|об|до",
    year = "год\\w{0,2}|гг?\\.",
  },
  ar = {
    range = "إلى|حتى", list = "و|أو", of = "من",
    in_year = "عام|العام|سنة|السنة|عامي|للفترة|الفترة", maybe_year = "", follows = "",
  },
  de = {
    ordinal = "\\.",
    range = "bis", list = "und|oder", of = "des",
    in_year = "Jahre?|seit|im|in|Anfang|Ende|Mitte", maybe_year = "von|bis|vor|nach|ab",
    follows = "und|oder|bis|der|die|das|in|im|mit|von|für|als|ist|war|wurde|hat",
  },
  it = {
    ordinal = "[º°]",
    range = "al|a|fino\\s+al", list = "e|o", of = "di|del",
    in_year = "nel|dal|anno|anni|durante", maybe_year = "del|di|al|fino\\s+al",
    follows = "e|o|a|il|la|in|di|del|per|che|un|una|è|ha",
  },
  nl = {
    ordinal = "(?:ste|de|e)\\b",
    range = "tot|t/m|tot\\s+en\\s+met", list = "en|of", of = "van",
    in_year = "in|sinds|jaar|jaren|sedert", maybe_year = "van|tot|voor|na",
    follows = "en|of|tot|de|het|in|van|op|met|is|was|heeft",
  },
  pt = {
    ordinal = "[º°]",
    range = "a|até", list = "e|ou", of = "de",
    in_year = "em|desde|anos?|durante", maybe_year = "de|até|para",
    follows = "e|ou|a|o|em|de|do|da|por|para|que|um|uma|é|foi",
  },
}
