--- Leaves out documents that are hardly prose, by the rules with which the
--- texts of Gopher were chosen (Rae et al. 2021, "Scaling Language Models",
--- appendix A.1.1, arXiv 2112.11446): each rule has an option, and the row of
--- what is left out says which rule it broke, and by what figure.
---
--- A word is what stands between white space. Where a language is written
--- without it the rules about words do not hold.

local plugin = {}

local WORD = sheaf.regex [[\S+]]
local NO_LETTER = sheaf.regex [[(?<!\S)[^\s\pL]+(?!\S)]]
local ELLIPSIS = sheaf.regex [[…|\.\.\.]]
local BULLET = sheaf.regex [[^\s*[•‣▪●◦*·–-]\s]]
local ENDS_IN_ELLIPSIS = sheaf.regex [[(?:…|\.\.\.)\s*$]]

local STOP_WORDS = { "the", "be", "to", "of", "and", "that", "have", "with" }

local UNSPACED = { zh = true, ja = true, th = true, lo = true, km = true, my = true, bo = true }

--- How often a regular expression matches.
local function count(text, regex)
  local n = 0
  for _ in text:each(regex) do n = n + 1 end
  return n
end

--- Characters that are no white space.
local function count_characters(text)
  local dense = tostring(text):gsub("%s+", "")
  return utf8.len(dense) or #dense
end

--- How many of the stop words a text has.
local function count_stop_words(text)
  local lower, n = " " .. text:lower():gsub("%s+", " ") .. " ", 0
  for _, word in ipairs(STOP_WORDS) do
    if lower:find(" " .. word .. " ", 1, true) then n = n + 1 end
  end
  return n
end

--- Lines that are not empty, and how many of them have what is asked of lines.
local function look_at_lines(text)
  local seen = {}
  local lines = { all = 0, bullets = 0, ellipses = 0, repeated = 0, repeated_bytes = 0 }
  for from, to in text:lines() do
    local line = text:slice(from, to):trim()
    local key = tostring(line)
    if key ~= "" then
      lines.all = lines.all + 1
      if line:find(BULLET) then lines.bullets = lines.bullets + 1 end
      if line:find(ENDS_IN_ELLIPSIS) then lines.ellipses = lines.ellipses + 1 end
      if seen[key] then
        lines.repeated = lines.repeated + 1
        lines.repeated_bytes = lines.repeated_bytes + #key
      end
      seen[key] = true
    end
  end
  return lines
end

local function share(part, all) return all > 0 and part / all or 0 end

--- Each gives why a text is left out, or nothing.

local function check_length(words, options)
  if words < options.min_words then
    return ("%d words, fewer than %d"):format(words, options.min_words)
  end
  if options.max_words > 0 and words > options.max_words then
    return ("%d words, more than %d"):format(words, options.max_words)
  end
end

local function check_words(text, words, language, options)
  local length = share(count_characters(text), words)
  if words > 0 and length < options.min_word_length then
    return ("words of %.1f characters, fewer than %.1f"):format(length, options.min_word_length)
  end
  if length > options.max_word_length then
    return ("words of %.1f characters, more than %.1f"):format(length, options.max_word_length)
  end
  local alphabetic = 1 - share(count(text, NO_LETTER), words)
  if alphabetic < options.min_alphabetic then
    return ("%.0f %% of its words have a letter, fewer than %.0f %%"):format(
      100 * alphabetic, 100 * options.min_alphabetic)
  end
  if language ~= "en" then return end
  local stops = count_stop_words(text)
  if stops < options.min_stop_words then
    return ("%d kinds of English stop words, fewer than %d"):format(stops, options.min_stop_words)
  end
end

local function check_symbols(text, words, options)
  for _, symbol in ipairs { { "#", "hash signs" }, { ELLIPSIS, "ellipses" } } do
    local ratio = share(count(text, symbol[1]), words)
    if ratio > options.max_symbols then
      return ("%.2f %s a word, more than %.2f"):format(ratio, symbol[2], options.max_symbols)
    end
  end
end

local function check_lines(text, options)
  local lines = look_at_lines(text)
  local function more(part, all, most, what)
    if share(part, all) > most then
      return ("%.0f %% of its %s, more than %.0f %%"):format(100 * part / all, what, 100 * most)
    end
  end
  return more(lines.bullets, lines.all, options.max_bullets, "lines begin with a bullet")
    or more(lines.ellipses, lines.all, options.max_ellipses, "lines end with an ellipsis")
    or more(lines.repeated, lines.all, options.max_repeated_lines, "lines were there before")
    or more(lines.repeated_bytes, #text, options.max_repeated_text, "text is in repeated lines")
end

function plugin.process(doc, ctx)
  local text, options = doc.text, ctx.options
  local language = doc.language:match "^%a+" or "und"
  local why
  if not UNSPACED[language] then
    local words = count(text, WORD)
    why = check_length(words, options)
      or check_words(text, words, language, options)
      or check_symbols(text, words, options)
  end
  why = why or check_lines(text, options)
  if why then doc:drop(why) end
end

return plugin
