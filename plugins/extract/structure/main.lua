--- Finds the structure of plain text: headings, paragraphs and sentences. What is
--- a heading is no paragraph, and sentences are parts of paragraphs.

local headings = require "headings"

local plugin = {}

--- The paragraphs of a document as text objects. A Markdown heading right above a
--- paragraph is one of its own.
local function paragraphs_of(text)
  local list = {}
  for from, to in text:paragraphs() do
    local piece = text:slice(from, to)
    local level, size = headings.first_line(piece)
    while level and size < #piece do
      list[#list + 1] = piece:sub(1, size)
      piece = piece:sub(size + 1):trim()
      level, size = headings.first_line(piece)
    end
    list[#list + 1] = piece
  end
  return list
end

local function add_sentences(doc, piece)
  for from, to in piece:sentences(doc.language) do
    doc:add("sentence", from, to)
  end
end

--- A reader of HTML or the like has found the blocks already: sentences are left.
local function add_sentences_of(doc, kind)
  for _, block in ipairs(doc:span_list(kind)) do add_sentences(doc, block.text) end
end

local function divide(doc, options)
  local list, levels = paragraphs_of(doc.text), {}
  for index, piece in ipairs(list) do
    local level = options.headings and headings.level(piece, list[index + 1], levels)
    if level then
      doc:add("heading", piece.from, piece.to, { level = level })
    else
      doc:add("paragraph", piece.from, piece.to)
      if options.sentences then add_sentences(doc, piece) end
    end
  end
end

function plugin.process(doc, ctx)
  local read = doc:count("paragraph") + doc:count("heading") + doc:count("list_item") > 0
  if not read then
    divide(doc, ctx.options)
  elseif ctx.options.sentences then
    add_sentences_of(doc, "paragraph")
    add_sentences_of(doc, "list_item")
  end
end

return plugin
